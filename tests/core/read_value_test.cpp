#include "core/read_value.hpp"

#include <gtest/gtest.h>

#include <string>

namespace strait {
namespace {

using std::chrono::milliseconds;

// The value of `yaml` as the reader has it, or the problem that it makes.
template <class T>
std::string read(const std::string& yaml)
{
    Problems problems;
    const auto document = parse_yaml(yaml, "x", problems);
    T value{};
    const auto misfit = read_value(document, value);
    return misfit ? std::string{misfit->code} + ": " + misfit->text : written(value);
}

template <class Rate>
std::string read_rate(const std::string& yaml)
{
    Problems problems;
    std::optional<Rate> rate;
    const auto misfit = read_value(parse_yaml(yaml, "x", problems), rate);
    if (misfit) return std::string{misfit->code} + ": " + misfit->text;
    return rate ? written(*rate) : "none";
}

std::string read_time(const std::string& yaml)
{
    Problems problems;
    Timestamp time;
    const auto misfit = read_value(parse_yaml(yaml, "x", problems), time);
    return misfit ? std::string{misfit->code} : std::to_string(time.unix_ms);
}

TEST(ReadValue, SizesCarryTheirUnit)
{
    EXPECT_EQ(read<Bytes>("0B"), "0B");
    EXPECT_EQ(read<Bytes>("1025B"), "1025B");
    EXPECT_EQ(read<Bytes>("2048KiB"), "2MiB");
    EXPECT_EQ(read<Bytes>("64GiB"), "64GiB");
    const std::string units = " needs one of the units B, KiB, MiB, GiB";
    EXPECT_EQ(read<Bytes>("64"), "unit_missing: '64'" + units);
    EXPECT_EQ(read<Bytes>("64MB"), "unit_missing: '64MB'" + units);
    EXPECT_EQ(read<Bytes>("64 MiB"), "unit_missing: '64 MiB'" + units);
    EXPECT_EQ(read<Bytes>("64mib"), "unit_missing: '64mib'" + units);
    EXPECT_EQ(read<Bytes>("1.5MiB"), "wrong_type: '1.5MiB' is not a size, like 64MiB");
    EXPECT_EQ(read<Bytes>("-1MiB"), "wrong_type: '-1MiB' is not a size, like 64MiB");
    EXPECT_EQ(read<Bytes>("true"), "wrong_type: 'true' is not a size, like 64MiB");
    EXPECT_EQ(read<Bytes>("~"), "wrong_type: nothing is not a size, like 64MiB");
    EXPECT_EQ(read<Bytes>("[1MiB]"), "wrong_type: a list is not a size, like 64MiB");
    EXPECT_EQ(read<Bytes>("8589934592GiB"), "out_of_range: '8589934592GiB' is too large");
    EXPECT_EQ(read<Bytes>("99999999999999999999B"),
              "out_of_range: '99999999999999999999B' is too large");
}

TEST(ReadValue, DurationsCarryTheirUnit)
{
    EXPECT_EQ(read<milliseconds>("0s"), "0ms");
    EXPECT_EQ(read<milliseconds>("1500ms"), "1500ms");
    EXPECT_EQ(read<milliseconds>("120s"), "2m");
    EXPECT_EQ(read<milliseconds>("90m"), "90m");
    EXPECT_EQ(read<milliseconds>("48h"), "2d");
    EXPECT_EQ(read<milliseconds>("10"), "unit_missing: '10' needs one of the units ms, s, m, h, d");
    EXPECT_EQ(read<milliseconds>("10min"),
              "unit_missing: '10min' needs one of the units ms, s, m, h, d");
    EXPECT_EQ(read<milliseconds>("soon"), "wrong_type: 'soon' is not a duration, like 30s");
    EXPECT_EQ(read<milliseconds>("999999999999d"), "out_of_range: '999999999999d' is too large");
}

TEST(ReadValue, RatesArePerSecondOrNone)
{
    EXPECT_EQ(read_rate<ByteRate>("none"), "none");
    EXPECT_EQ(read_rate<ByteRate>("50MiB/s"), "50MiB/s");
    EXPECT_EQ(read_rate<ByteRate>("50MiB"),
              "unit_missing: '50MiB' needs one of the units B/s, KiB/s, MiB/s, GiB/s");
    EXPECT_EQ(read_rate<ByteRate>("50"),
              "unit_missing: '50' needs one of the units B/s, KiB/s, MiB/s, GiB/s");
    EXPECT_EQ(read_rate<ByteRate>("50/s"),
              "unit_missing: '50/s' needs one of the units B/s, KiB/s, MiB/s, GiB/s");
    EXPECT_EQ(read_rate<ByteRate>("fast"),
              "wrong_type: 'fast' is not a rate, like 50MiB/s, or none");

    EXPECT_EQ(read_rate<RecordRate>("none"), "none");
    EXPECT_EQ(read_rate<RecordRate>("5000/s"), "5000/s");
    EXPECT_EQ(read_rate<RecordRate>("5000"), "unit_missing: '5000' needs one of the units /s");
    EXPECT_EQ(read_rate<RecordRate>("fast"),
              "wrong_type: 'fast' is not a rate, like 5000/s, or none");
}

TEST(ReadValue, TimesAreThoseOfRfc3339)
{
    EXPECT_EQ(read_time("1970-01-01T00:00:00Z"), "0");
    EXPECT_EQ(read_time("2026-02-01T12:00:00Z"), "1769947200000");
    EXPECT_EQ(read_time("2026-02-01T14:00:00.25+02:00"), "1769947200250");
    EXPECT_EQ(read_time("2026-02-01T10:30:00.123456-01:30"), "1769947200123");
    EXPECT_EQ(read_time("2024-02-29T00:00:00Z"), "1709164800000");
    for (const auto* const wrong : {"2026-02-29T00:00:00Z",
                                    "2026-02-01",
                                    "2026-02-01T12:00:00",
                                    "2026-02-01 12:00:00Z",
                                    "2026-02-01T24:00:00Z",
                                    "2026-02-01T12:00:00.Z",
                                    "2026-02-01T12:00:00+2:00",
                                    "2026-02-01T12:00:00Zulu",
                                    "2026--2-01T12:00:00Z",
                                    "20260201T120000Z",
                                    "1769947200000",
                                    "yesterday"}) {
        EXPECT_EQ(read_time(wrong), "wrong_type") << wrong;
    }
}

TEST(ReadValue, PlainWordsAreNotTakenForNumbersOrBooleans)
{
    EXPECT_EQ(read<int>("12"), "12");
    EXPECT_EQ(read<int>("'12'"), "wrong_type: '12' is not a whole number: in quotes it is a text");
    EXPECT_EQ(read<int>("1e3"), "wrong_type: '1e3' is not a whole number");
    EXPECT_EQ(read<int>("99999999999"), "out_of_range: 99999999999 does not fit here");
    EXPECT_EQ(read<unsigned>("-1"), "out_of_range: -1 does not fit here");

    Problems problems;
    for (const auto* const word : {"inf", "nan", "yes", "no", "on", "off", "0x10", "1_000"}) {
        EXPECT_EQ(parse_yaml(word, "x", problems).kind, Document::Kind::text) << word;
    }
}

}  // namespace
}  // namespace strait
