#pragma once

#include "catalog/records/access.hpp"
#include "catalog/records/cluster.hpp"
#include "catalog/records/contract.hpp"
#include "catalog/records/offer.hpp"
#include "catalog/records/organisation.hpp"
#include "catalog/records/people.hpp"
#include "catalog/records/product.hpp"
#include "core/units.hpp"

#include <cstdint>
#include <string>

// Records to test with: every member is set, and no two of them are alike.
namespace strait::catalog {

inline constexpr Timestamp some_time{1'772'323'200'123};

template <Noun N>
Id<N> some_id(std::uint8_t number)
{
    return {make_id(some_time.unix_ms, {0, 0, 0, 0, 0, 0, 0, 0, 0, number})};
}

template <AnyRecord T>
void fill_head(T& record, std::uint8_t number)
{
    record.id = some_id<T::noun>(number);
    record.organisation = some_id<Noun::organisation>(1);
    record.created_at = some_time;
    record.created_by = Principal{some_id<Noun::user>(2)};
    record.updated_at = {some_time.unix_ms + 1};
    record.revision = 7;
    record.labels = {{"team", "sales"}};
}

inline Organisation some_organisation(std::uint8_t number = 1, const std::string& name = "acme")
{
    Organisation record;
    fill_head(record, number);
    record.organisation = record.id;
    record.name = name;
    record.title = "Acme & Söhne";
    record.website = "https://acme.example";
    record.contacts = {{"support", "help@acme.example"}};
    record.settings = {Review::four_eyes, {Role::org_admin, Role::developer}, {"192.0.2.0/24"}};
    record.operator_ = true;
    return record;
}

inline User some_user(std::uint8_t number = 2, const std::string& email = "ada@acme.example")
{
    User record;
    fill_head(record, number);
    record.state = UserState::active;
    record.email = {email};
    record.display_name = {"Ada"};
    record.roles = {Role::org_admin, Role::operator_};
    return record;
}

inline Application some_application(std::uint8_t number = 3)
{
    Application record;
    fill_head(record, number);
    record.name = "checkout";
    record.title = "Checkout";
    record.allow_ips = {"2001:db8::/32"};
    record.roles = {Role::developer};
    return record;
}

inline Invitation some_invitation(std::uint8_t number = 4)
{
    Invitation record;
    fill_head(record, number);
    record.kind = InvitationKind::partner;
    record.email = Personal{"bob@globex.example"};
    record.domain = "globex.example";
    record.roles = {Role::org_admin};
    record.user = some_id<Noun::user>(2);
    record.offer = some_id<Noun::offer>(9);
    record.joined = some_id<Noun::organisation>(3);
    record.message = {"Welcome"};
    record.expires_at = {some_time.unix_ms + 1'000};
    record.token = {"ab12"};
    return record;
}

inline Credential some_credential(std::uint8_t number = 5)
{
    Credential record;
    fill_head(record, number);
    record.state = CredentialState::active;
    record.principal = Principal{some_id<Noun::application>(3)};
    record.subscription = some_id<Noun::subscription>(8);
    record.scopes = {Scope::catalog_read, Scope::stream_read};
    record.allow_ips = {"192.0.2.7/32"};
    record.key_id = "abcdefgh01234567";
    record.secret = {"cd34"};
    record.expires_at = {some_time.unix_ms + 2'000};
    record.successor = some_id<Noun::credential>(6);
    return record;
}

inline Cluster some_cluster(std::uint8_t number = 10)
{
    Cluster record;
    fill_head(record, number);
    record.state = ClusterState::verified;
    record.name = "oslo";
    record.bootstrap = {"oslo-1.example:9093", "oslo-2.example:9093"};
    record.security = {{"protocol", "tls"}};
    record.managed_by = ManagedBy::config;
    record.barred = true;
    record.observed = {"abc", 3, some_time};
    return record;
}

inline DataProduct some_product(std::uint8_t number = 11, const std::string& name = "orders")
{
    DataProduct record;
    fill_head(record, number);
    record.state = VersionState::published;
    record.name = name;
    record.listed = false;
    static_cast<ProductText&>(record) = {
        .title = "Orders",
        .summary = "Every order",
        .description = "# Orders",
        .domain = "retail",
        .tags = {"orders"},
        .classification = Classification::public_,
        .pii = true,
        .audience = {AudienceKind::organisations, {some_id<Noun::organisation>(2)}},
        .support = {{"support", "help@acme.example"}},
        .cors_origins = {"https://globex.example"}};
    return record;
}

inline DeclaredPort some_declared_port()
{
    return {.alias = "orders",
            .cluster = some_id<Noun::cluster>(10),
            .topic = "sales.orders.v2",
            .rights = {StreamRight::consume},
            .kinds = {DeliveryKind::kafka_mirror, DeliveryKind::http_sse},
            .format = Format::json,
            .key_format = Format::text,
            .contract = some_id<Noun::contract>(13)};
}

inline ObservedTopic some_topic() { return {"AAAA", 12, 604'800'000}; }

inline OutputPort some_port() { return {some_declared_port(), some_topic()}; }

inline ProductVersion some_version(std::uint8_t number = 12)
{
    ProductVersion record;
    fill_head(record, number);
    record.state = VersionState::published;
    record.product = some_id<Noun::product>(11);
    record.version = {2, 1, 0};
    record.ports = {some_port()};
    record.changelog = "Adds coupon_code.";
    record.compatible = true;
    record.deprecated_at = some_time;
    record.sunset_at = Timestamp{some_time.unix_ms + 1};
    record.replaced_by = Semver{3, 0, 0};
    record.edited_by = Principal{some_id<Noun::user>(3)};
    record.submitted_by = Principal{some_id<Noun::user>(2)};
    return record;
}

inline Contract some_contract(std::uint8_t number = 13)
{
    Contract record;
    fill_head(record, number);
    record.state = ContractState::active;
    record.name = "orders-value";
    record.version = {2, 1, 0};
    record.schema = Schema{SchemaType::avro, "aa11", {{"address", "bb22"}}};
    record.key_schema = Schema{SchemaType::json, "cc33", {}};
    record.fields = {{"customer.email", "restricted", {"pii"}}};
    record.sla = {{"latency", 99, 2'000, "ms"}};
    record.values = ValueForm::auto_;
    record.event_type = "order.accepted";
    record.extra = {{"team", boost::json::array{"sales"}}};
    return record;
}

inline Plan some_plan()
{
    return {.kinds = {DeliveryKind::kafka_mirror},
            .rights = {StreamRight::consume},
            .quota = {5'000, 5'000'000, 10},
            .approval = Approval::auto_,
            .max_duration_d = 30};
}

inline Policy some_policy()
{
    return {.organisations = {some_id<Noun::organisation>(2)},
            .purposes = {"fulfilment"},
            .allow_ips = {"192.0.2.0/24"},
            .on_gap = OnGap::skip,
            .on_termination = OnTermination::delete_};
}

inline Offer some_offer(std::uint8_t number = 14)
{
    Offer record;
    fill_head(record, number);
    record.state = OfferState::published;
    record.name = "orders-partner";
    record.product = some_id<Noun::product>(11);
    record.versions = {{2, 0, 0}, true};
    record.plan = some_plan();
    record.policy = some_policy();
    record.terms = {{3, "Partner terms", "dd44", some_time}};
    return record;
}

inline AcceptedTerms some_acceptance()
{
    return {3, "dd44", Principal{some_id<Noun::user>(20)}, some_time};
}

inline Target some_target()
{
    return {some_id<Noun::cluster>(15), "acme.", "https://globex.example"};
}

// Between the first organisation, which provides, and the second.
template <AnyRecord T>
void fill_sides(T& record)
{
    record.provider = record.organisation;
    record.organisation = some_id<Noun::organisation>(2);
}

inline AccessRequest some_request(std::uint8_t number = 16)
{
    AccessRequest record;
    fill_head(record, number);
    fill_sides(record);
    record.offer = some_id<Noun::offer>(14);
    record.application = some_id<Noun::application>(3);
    record.kind = DeliveryKind::kafka_mirror;
    record.target = some_target();
    record.start = StartAt::latest;
    record.purpose = {"fulfilment", {"To ship"}};
    record.duration_d = 30;
    record.terms = some_acceptance();
    record.decisions = {
        {Verb::request_changes, Principal{some_id<Noun::user>(2)}, some_time, "Say why"}};
    record.renews = some_id<Noun::subscription>(17);
    record.subscription = some_id<Noun::subscription>(18);
    record.expires_at = {some_time.unix_ms + 1'000};
    return record;
}

inline Agreement some_agreement(std::uint8_t number = 19)
{
    Agreement record;
    fill_head(record, number);
    fill_sides(record);
    record.application = some_id<Noun::application>(3);
    record.request = some_id<Noun::request>(16);
    record.offer = some_id<Noun::offer>(14);
    record.plan = some_plan();
    record.policy = some_policy();
    record.terms = AgreedTerms{3, "dd44", some_time};
    record.contracts = {some_id<Noun::contract>(13)};
    record.starts_at = some_time;
    record.ends_at = {some_time.unix_ms + 1'000};
    record.supersedes = some_id<Noun::agreement>(21);
    record.digest = "ee55";
    return record;
}

inline Subscription some_subscription(std::uint8_t number = 18)
{
    Subscription record;
    fill_head(record, number);
    fill_sides(record);
    record.state = SubscriptionState::suspended;
    record.agreement = some_id<Noun::agreement>(19);
    record.application = some_id<Noun::application>(3);
    record.product = some_id<Noun::product>(11);
    record.version = some_id<Noun::version>(12);
    record.ports = {some_port()};
    record.rights = {StreamRight::consume};
    record.kind = DeliveryKind::kafka_mirror;
    record.target = some_target();
    record.start = StartAt::earliest;
    record.allow_ips = {"192.0.2.0/24"};
    record.holds = {{HoldBy::provider, "maintenance", some_time}};
    record.conditions = {{ConditionType::target_ready,
                          false,
                          "unreachable",
                          "no broker answers",
                          "check the address",
                          HoldBy::consumer,
                          some_time}};
    record.first_record_at = some_time;
    record.ends_at = {some_time.unix_ms + 1'000};
    record.receipt =
        Receipt{.reason = "revoked",
                .by = some_id<Noun::organisation>(1),
                .decided_at = some_time,
                .last_byte_at = some_time,
                .audit_seq = 88'123,
                .last_offsets = {{"orders", 3, 1'046, 990}},
                .on_termination = {OnTermination::delete_, DutyStatus::unreachable, some_time},
                .complete = true};
    return record;
}

}  // namespace strait::catalog
