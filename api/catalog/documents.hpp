#pragma once

#include "api/openapi/schemas.hpp"
#include "catalog/records/access.hpp"
#include "catalog/records/cluster.hpp"
#include "catalog/records/offer.hpp"
#include "catalog/records/organisation.hpp"
#include "catalog/records/people.hpp"
#include "catalog/records/product.hpp"

#include <boost/describe/class.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What the catalog answers that is no record, described for /openapi.json: handlers write it, and
// the tests of the door hold their answers against it.
namespace strait::api {

template <class T>
struct PageDocument {
    std::vector<T> items;
    std::optional<std::string> next_page_token;
    std::optional<std::uint64_t> total;           // with ?total=true, on all pages,
    std::optional<std::uint64_t> total_at_least;  // or of so many that nobody looked further

    BOOST_DESCRIBE_CLASS(PageDocument, (), (items, next_page_token, total, total_at_least), (), ())
};

struct About {
    std::string name;
    std::string api;
    std::string url;
    std::uint32_t page_size_max = 0;
};
BOOST_DESCRIBE_STRUCT(About, (), (name, api, url, page_size_max))

struct Me {
    catalog::Principal principal;
    std::optional<catalog::OrganisationId> organisation;
    std::vector<catalog::Role> roles;
    std::vector<catalog::Scope> scopes;
};
BOOST_DESCRIBE_STRUCT(Me, (), (principal, organisation, roles, scopes))

// What an operator is shown of a record that it has no side of.
template <class T>
struct RecordStub {
    decltype(T::id) id;
    catalog::OrganisationId organisation;
    typename T::State state{};
    std::uint64_t revision = 0;

    BOOST_DESCRIBE_CLASS(RecordStub, (), (id, organisation, state, revision), (), ())
};

struct OrganisationCard {
    catalog::OrganisationId id;
    std::string name;
    std::string title;
    catalog::OrganisationState state{};
    std::uint64_t revision = 0;
    std::optional<std::string> website;
};
BOOST_DESCRIBE_STRUCT(OrganisationCard, (), (id, name, title, state, revision, website))

struct CreatedOrganisation : OrganisationCard {
    catalog::Invitation invitation;
    Once<std::string> activation_url;
};
BOOST_DESCRIBE_STRUCT(CreatedOrganisation, (OrganisationCard), (invitation, activation_url))

struct LinkedInvitation : catalog::Invitation {
    Once<std::string> activation_url;
};
BOOST_DESCRIBE_STRUCT(LinkedInvitation, (catalog::Invitation), (activation_url))

struct LinkedStub : RecordStub<catalog::Invitation> {
    Once<std::string> activation_url;
};
BOOST_DESCRIBE_STRUCT(LinkedStub, (RecordStub<catalog::Invitation>), (activation_url))

// The members of a profile of Delta Sharing are not ours to name.
struct KeyProfile {
    std::uint32_t shareCredentialsVersion = 1;  // NOLINT(readability-identifier-naming): theirs
    std::string endpoint;
    std::string bearerToken;   // NOLINT(readability-identifier-naming): theirs
    Timestamp expirationTime;  // NOLINT(readability-identifier-naming): theirs
};
BOOST_DESCRIBE_STRUCT(KeyProfile,
                      (),
                      (shareCredentialsVersion, endpoint, bearerToken, expirationTime))

struct IssuedCredential : catalog::Credential {
    Once<std::string> secret;  // instead of what is stored of it
    Once<KeyProfile> profile;
};
BOOST_DESCRIBE_STRUCT(IssuedCredential, (catalog::Credential), (secret, profile))

struct Inviter {
    std::string name;
    std::string title;
};
BOOST_DESCRIBE_STRUCT(Inviter, (), (name, title))

struct ActivationPreview {
    catalog::InvitationKind kind{};
    Inviter organisation;
    std::vector<catalog::Role> roles;  // that a member will have
    std::string message;
    Timestamp expires_at;
};
BOOST_DESCRIBE_STRUCT(ActivationPreview, (), (kind, organisation, roles, message, expires_at))

struct Joined {
    catalog::OrganisationId organisation;
    catalog::User user;
    catalog::Credential key;
    Once<std::string> secret;
    Once<KeyProfile> profile;
};
BOOST_DESCRIBE_STRUCT(Joined, (), (organisation, user, key, secret, profile))

struct ClusterCard {
    catalog::ClusterId id;
    catalog::OrganisationId organisation;
    catalog::ClusterState state{};
    std::uint64_t revision = 0;
    std::string name;
};
BOOST_DESCRIBE_STRUCT(ClusterCard, (), (id, organisation, state, revision, name))

struct ClusterTopic : catalog::ObservedTopic {
    std::string name;
};
BOOST_DESCRIBE_STRUCT(ClusterTopic, (catalog::ObservedTopic), (name))

struct ClusterTopics {
    std::vector<ClusterTopic> items;
    bool truncated = false;
};
BOOST_DESCRIBE_STRUCT(ClusterTopics, (), (items, truncated))

struct RetiredVersion : catalog::ProductVersion {
    std::vector<catalog::SubscriptionId> subscriptions;  // that end with it
};
BOOST_DESCRIBE_STRUCT(RetiredVersion, (catalog::ProductVersion), (subscriptions))

struct OfferedTerms : catalog::Terms {
    catalog::OfferId offer;
};
BOOST_DESCRIBE_STRUCT(OfferedTerms, (catalog::Terms), (offer))

struct TermsText : OfferedTerms {
    std::string text;
};
BOOST_DESCRIBE_STRUCT(TermsText, (OfferedTerms), (text))

struct AgreedText : catalog::AgreedTerms {
    catalog::AgreementId agreement;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(AgreedText, (catalog::AgreedTerms), (agreement, text))

struct RequestedAccess {
    catalog::AccessRequest request;
    std::optional<catalog::Subscription> subscription;
};
BOOST_DESCRIBE_STRUCT(RequestedAccess, (), (request, subscription))

struct SubscriptionReceipt : catalog::Receipt {
    catalog::SubscriptionId subscription;
    std::optional<std::string> digest;
};
BOOST_DESCRIBE_STRUCT(SubscriptionReceipt, (catalog::Receipt), (subscription, digest))

struct ProductOwner {
    std::string name;
    std::string title;
};
BOOST_DESCRIBE_STRUCT(ProductOwner, (), (name, title))

BOOST_DEFINE_ENUM_CLASS(ProductAccess, own, live, requested, none)

// A product as whoever may ask for it sees it.
struct FoundProduct {
    catalog::ProductId id;
    catalog::OrganisationId organisation;
    catalog::VersionState state{};
    std::uint64_t revision = 0;
    Timestamp updated_at;
    std::string name;
    std::string title;
    std::string summary;
    std::string description;
    std::string domain;
    std::vector<std::string> tags;
    catalog::Classification classification{};
    bool pii = false;
    std::vector<catalog::Contact> support;
    ProductOwner owner;
    std::optional<std::string> side;  // "provider" of one's own
    ProductAccess access{};
    std::vector<catalog::Offer> offers;
};
BOOST_DESCRIBE_STRUCT(FoundProduct,
                      (),
                      (id,
                       organisation,
                       state,
                       revision,
                       updated_at,
                       name,
                       title,
                       summary,
                       description,
                       domain,
                       tags,
                       classification,
                       pii,
                       support,
                       owner,
                       side,
                       access,
                       offers))

struct FoundVersion {
    catalog::Semver version;
    catalog::VersionState state{};
    std::string changelog;
    std::optional<Timestamp> sunset_at;
    std::vector<catalog::OutputPort> ports;
};
BOOST_DESCRIBE_STRUCT(FoundVersion, (), (version, state, changelog, sunset_at, ports))

struct ProductPage : FoundProduct {
    std::vector<FoundVersion> versions;
};
BOOST_DESCRIBE_STRUCT(ProductPage, (FoundProduct), (versions))

struct FacetValueCount {
    std::string value;
    std::uint64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(FacetValueCount, (), (value, count))

struct FoundProducts {
    std::vector<FoundProduct> items;
    std::uint64_t total = 0;
    std::map<std::string, std::vector<FacetValueCount>> facets;
    std::uint64_t revision = 0;
    std::optional<bool> cut;
    std::optional<std::string> next_page_token;
};
BOOST_DESCRIBE_STRUCT(FoundProducts, (), (items, total, facets, revision, cut, next_page_token))

struct AuditedChange {
    std::string object;
    boost::json::value before;  // null of what was not there
    boost::json::value after;
};
BOOST_DESCRIBE_STRUCT(AuditedChange, (), (object, before, after))

struct AuditRecord {
    catalog::OrganisationId organisation;
    std::uint64_t seq = 0;
    Timestamp time;
    boost::json::object common;
    std::vector<AuditedChange> part;
    std::string others;
    std::string previous;
    std::string hash;
};
BOOST_DESCRIBE_STRUCT(AuditRecord,
                      (),
                      (organisation, seq, time, common, part, others, previous, hash))

struct AuditHead {
    catalog::OrganisationId organisation;
    std::uint64_t seq = 0;
    std::string hash;
};
BOOST_DESCRIBE_STRUCT(AuditHead, (), (organisation, seq, hash))

// What views (catalog/records/views.hpp) take out for one side or the other.
using Member = std::string_view;
template <>
inline constexpr auto left_out<catalog::AccessRequest> =
    std::array<Member, 3>{"created_by", "labels", "target"};
template <>
inline constexpr auto left_out<catalog::Agreement> = std::array<Member, 2>{"created_by", "labels"};
template <>
inline constexpr auto left_out<catalog::Subscription> =
    std::array<Member, 4>{"created_by", "labels", "target", "allow_ips"};
template <>
inline constexpr auto left_out<catalog::Offer> = std::array<Member, 2>{"created_by", "labels"};
template <>
inline constexpr auto left_out<catalog::Policy> = std::array<Member, 1>{"organisations"};
template <>
inline constexpr auto left_out<catalog::Decision> = std::array<Member, 1>{"by"};
template <>
inline constexpr auto left_out<catalog::AcceptedTerms> = std::array<Member, 1>{"accepted_by"};
template <>
inline constexpr auto left_out<catalog::OutputPort> = std::array<Member, 2>{"cluster", "topic"};
template <>
inline constexpr auto left_out<catalog::ObservedTopic> = std::array<Member, 1>{"topic_id"};
template <>
inline constexpr auto left_out<catalog::Receipt> = std::array<Member, 1>{"audit_seq"};
template <>
inline constexpr auto left_out<SubscriptionReceipt> = left_out<catalog::Receipt>;

// What is declared (catalog.md 9): `spec` has the members that REST has of its kind.
struct DeclarationMetadata {
    std::string name;
    std::optional<std::string> organisation;
    std::optional<std::map<std::string, std::string>> labels;
};
BOOST_DESCRIBE_STRUCT(DeclarationMetadata, (), (name, organisation, labels))

struct DeclarationDocument {
    std::string kind;
    DeclarationMetadata metadata;
    boost::json::object spec;
};
BOOST_DESCRIBE_STRUCT(DeclarationDocument, (), (kind, metadata, spec))

// GET /v1/export
struct ExportedDocuments {
    std::vector<DeclarationDocument> documents;
};
BOOST_DESCRIBE_STRUCT(ExportedDocuments, (), (documents))

// POST /v1/apply
struct ApplyInput : ExportedDocuments {
    std::optional<bool> prune;
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(ApplyInput, (ExportedDocuments), (prune, reason))

}  // namespace strait::api
