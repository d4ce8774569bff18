// Reads AsyncAPI documents as everybody's tools do, and fails where one has an error.
import {readFile} from 'node:fs/promises';
import {AvroSchemaParser} from '@asyncapi/avro-schema-parser';
import {Parser} from '@asyncapi/parser';
import {ProtoBuffSchemaParser} from '@asyncapi/protobuf-schema-parser';

const files = process.argv.slice(2);
const parser = new Parser();
parser.registerSchemaParser(AvroSchemaParser());
parser.registerSchemaParser(ProtoBuffSchemaParser());
let valid = files.length > 0;
for (const file of files) {
  const {document, diagnostics} = await parser.parse(await readFile(file, 'utf8'));
  const errors = diagnostics.filter(({severity}) => severity === 0);
  for (const {path, message} of errors) console.error(`${file}: /${path.join('/')}: ${message}`);
  valid &&= document !== undefined && errors.length === 0;
}
process.exit(valid ? 0 : 1);
