#pragma once

#include "catalog/records/offer.hpp"
#include "catalog/records/record.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// How one organisation comes to what another publishes. These belong to the consumer, and concern
// the provider as well: each sees its own side of them.
namespace strait::catalog {

// Where records are to go: a cluster of the consumer and what its topics are called there, or a
// URL.
struct Target {
    std::optional<ClusterId> cluster;
    std::string prefix;  // before the aliases of the ports
    std::string url;
    boost::json::object unknown{};

    bool operator==(const Target&) const = default;
};
BOOST_DESCRIBE_STRUCT(Target, (), (cluster, prefix, url))

BOOST_DEFINE_ENUM_CLASS(StartAt, earliest, latest)

struct StatedPurpose {
    std::string code;
    Personal text;
    boost::json::object unknown{};

    bool operator==(const StatedPurpose&) const = default;
};
BOOST_DESCRIBE_STRUCT(StatedPurpose, (), (code, text))

// That somebody of the consumer has read these terms and agrees.
struct AcceptedTerms {
    std::uint32_t version = 0;
    std::string sha256;
    Principal accepted_by;
    Timestamp accepted_at;
    boost::json::object unknown{};

    bool operator==(const AcceptedTerms&) const = default;
};
BOOST_DESCRIBE_STRUCT(AcceptedTerms, (), (version, sha256, accepted_by, accepted_at))

struct Decision {
    Verb verb{};
    Principal by;
    Timestamp at;
    std::string reason;
    boost::json::object unknown{};

    bool operator==(const Decision&) const = default;
};
BOOST_DESCRIBE_STRUCT(Decision, (), (verb, by, at, reason))

struct AccessRequest : Record<Noun::request, RequestState> {
    OrganisationId provider;
    OfferId offer;
    ApplicationId application;
    DeliveryKind kind{};
    Target target;
    StartAt start = StartAt::earliest;
    StatedPurpose purpose;
    std::uint32_t duration_d = 0;
    std::optional<AcceptedTerms> terms;
    std::vector<Decision> decisions;
    std::optional<SubscriptionId> renews;
    std::optional<SubscriptionId> subscription;  // that its approval made
    Timestamp expires_at;

    bool operator==(const AccessRequest&) const = default;
};
BOOST_DESCRIBE_STRUCT(AccessRequest,
                      (Record<Noun::request, RequestState>),
                      (provider,
                       offer,
                       application,
                       kind,
                       target,
                       start,
                       purpose,
                       duration_d,
                       terms,
                       decisions,
                       renews,
                       subscription,
                       expires_at))

// The same for both sides: who it was is the consumer's.
struct AgreedTerms {
    std::uint32_t version = 0;
    std::string sha256;
    Timestamp accepted_at;
    boost::json::object unknown{};

    bool operator==(const AgreedTerms&) const = default;
};
BOOST_DESCRIBE_STRUCT(AgreedTerms, (), (version, sha256, accepted_at))

// What both sides agreed on. Everything but its state is as it was on that day, and `digest` is the
// SHA-256 of that, so that both can tell.
struct Agreement : Record<Noun::agreement, AgreementState> {
    OrganisationId provider;
    ApplicationId application;
    RequestId request;
    OfferId offer;
    Plan plan;
    Policy policy;
    std::optional<AgreedTerms> terms;
    std::vector<ContractId> contracts;
    Timestamp starts_at;
    Timestamp ends_at;
    std::optional<AgreementId> supersedes;
    std::string digest;

    bool operator==(const Agreement&) const = default;
};
BOOST_DESCRIBE_STRUCT(Agreement,
                      (Record<Noun::agreement, AgreementState>),
                      (provider,
                       application,
                       request,
                       offer,
                       plan,
                       policy,
                       terms,
                       contracts,
                       starts_at,
                       ends_at,
                       supersedes,
                       digest))

BOOST_DEFINE_ENUM_CLASS(HoldBy, provider, consumer, operator_, system)

// Why the exchange itself holds a subscription: it lifts such a hold when that cause has gone, and
// nobody else does.
BOOST_DEFINE_ENUM_CLASS(HoldCause, terms_lapsed, quota, organisation_suspended, cluster_disabled)

// Why a subscription stands still; each side lifts only its own. The reason of the system is the
// word of a HoldCause: it holds once for each of them, the others once.
struct Hold {
    HoldBy by{};
    std::string reason;
    Timestamp since;
    boost::json::object unknown{};

    bool operator==(const Hold&) const = default;
};
BOOST_DESCRIBE_STRUCT(Hold, (), (by, reason, since))

BOOST_DEFINE_ENUM_CLASS(ConditionType,
                        ready,
                        credential_issued,
                        source_ready,
                        target_ready,
                        route_open,
                        quota_set,
                        degraded,
                        stale,
                        failed)

// A step of provisioning, or something that is wrong; `side` says whose move it is.
struct Condition {
    ConditionType type{};
    bool status = false;
    std::string reason;
    std::string message;
    std::string next_step;
    HoldBy side = HoldBy::system;
    Timestamp since;
    boost::json::object unknown{};

    bool operator==(const Condition&) const = default;
};
BOOST_DESCRIBE_STRUCT(Condition, (), (type, status, reason, message, next_step, side, since))

struct LastOffset {
    std::string stream;
    std::uint32_t partition = 0;
    std::int64_t next_source_offset = 0;
    std::optional<std::int64_t> next_target_offset;
    boost::json::object unknown{};

    bool operator==(const LastOffset&) const = default;
};
BOOST_DESCRIBE_STRUCT(LastOffset, (), (stream, partition, next_source_offset, next_target_offset))

BOOST_DEFINE_ENUM_CLASS(DutyStatus, open, done, refused, unreachable)

// What the agreement says of the copies that the consumer has, and what became of it.
struct TerminationDuty {
    OnTermination duty = OnTermination::retain;
    DutyStatus status = DutyStatus::done;
    Timestamp at;
    boost::json::object unknown{};

    bool operator==(const TerminationDuty&) const = default;
};
BOOST_DESCRIBE_STRUCT(TerminationDuty, (), (duty, status, at))

// What both sides keep of an end. Each is shown the place of `audit_seq` in its own chain
// (store/own_chain).
struct Receipt {
    std::string reason;
    OrganisationId by;
    Timestamp decided_at;
    std::optional<Timestamp> last_byte_at;
    std::uint64_t audit_seq = 0;  // of the entry that decided it
    std::vector<LastOffset> last_offsets;
    TerminationDuty on_termination;
    bool complete = false;  // every path has reported its end
    boost::json::object unknown{};

    bool operator==(const Receipt&) const = default;
};
BOOST_DESCRIBE_STRUCT(
    Receipt,
    (),
    (reason, by, decided_at, last_byte_at, audit_seq, last_offsets, on_termination, complete))

struct Subscription : Record<Noun::subscription, SubscriptionState> {
    OrganisationId provider;
    AgreementId agreement;
    ApplicationId application;
    ProductId product;
    VersionId version;
    std::vector<OutputPort> ports;
    std::vector<StreamRight> rights;
    DeliveryKind kind{};
    Target target;
    StartAt start = StartAt::earliest;
    std::vector<std::string> allow_ips;
    std::vector<Hold> holds;
    std::vector<Condition> conditions;
    std::optional<Timestamp> first_record_at;
    Timestamp ends_at;
    std::optional<Receipt> receipt;

    bool operator==(const Subscription&) const = default;
};
BOOST_DESCRIBE_STRUCT(Subscription,
                      (Record<Noun::subscription, SubscriptionState>),
                      (provider,
                       agreement,
                       application,
                       product,
                       version,
                       ports,
                       rights,
                       kind,
                       target,
                       start,
                       allow_ips,
                       holds,
                       conditions,
                       first_record_at,
                       ends_at,
                       receipt))

}  // namespace strait::catalog
