#include "links/configured_links.hpp"

#include "links/config/link_document.hpp"
#include "tests/links/control_thread.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace strait::links {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using namespace std::string_literals;
using Kind = LinkChange::Kind;

Document parsed(const std::string& yaml)
{
    Problems problems;
    auto document = parse_yaml(yaml, "body", problems);
    EXPECT_TRUE(problems.empty()) << problems.text();
    return document;
}

// A node whose clusters are not there: its links try to connect all the time.
struct ConfiguredLinksTest : ::testing::Test {
    // Of each test its own: they run at the same time.
    fs::path folder = fs::path{::testing::TempDir()} /
                      ("strait-configured-links-test-"s +
                       ::testing::UnitTest::GetInstance()->current_test_info()->name());
    ControlThread thread;
    FileLinks file;
    std::unique_ptr<LinkEngine> engine;
    std::unique_ptr<ConfiguredLinks> links;
    std::optional<Result<void>> ended;

    ConfiguredLinksTest()
    {
        fs::remove_all(folder);
        fs::create_directories(folder);
        for (const auto* const name : {"oslo", "bergen", "tromso"}) {
            file.set.clusters.emplace(ClusterName{name}, nobody(ClusterName{name}, 300ms));
            file.set.clusters.at(ClusterName{name}).bootstrap = {name + ".example:1"s};
        }
        file = with({link("of-file")});
        EXPECT_TRUE(open());
    }
    ~ConfiguredLinksTest() override
    {
        close();
        fs::remove_all(folder);
    }

    static LinkConfig link(const std::string& name, const std::string& topic = "orders")
    {
        LinkConfig link;
        link.name = LinkName{name};
        link.source = ClusterName{"oslo"};
        link.target = ClusterName{"bergen"};
        link.topics.selection = TopicSelection{{*TopicPattern::parse(topic)}, {}};
        return link;
    }

    static std::string yaml(const std::string& name,
                            const std::string& topic,
                            const std::string& more = "")
    {
        return "{name: " + name + ", source: oslo, target: bergen, topics: {include: [" + topic +
               "]}" + more + "}";
    }

    [[nodiscard]] FileLinks with(std::vector<LinkConfig> all) const
    {
        FileLinks other{{file.set.clusters, std::move(all)}, {}};
        const Spot spot{"strait.yaml:1:1", "/links/0"};
        other.spots.assign(other.set.links.size(), {spot, spot, spot, spot, spot});
        return other;
    }

    Result<void> open()
    {
        EngineConfig config;
        config.view_folder = folder / "links";
        config.operations_folder = folder / "operations";
        engine = std::make_unique<LinkEngine>(std::move(config), thread.node);
        links = std::make_unique<ConfiguredLinks>(*engine, thread.node, 1s);
        auto wanted = links->open(folder / "store", file);
        if (!wanted) return fail(wanted.error());
        if (auto opened = engine->open(*std::move(wanted)); !opened) return opened;
        ended.reset();
        thread.spawn(engine->run(), ended);
        return {};
    }

    void close()
    {
        if (engine) engine->drain();
        thread.io.poll();
        if (ended || engine == nullptr) return;
        EXPECT_TRUE(thread.run_until([&] { return ended.has_value(); }));
    }

    Result<void> reopen()
    {
        close();
        links.reset();
        engine.reset();
        return open();
    }

    template <class T>
    T done(boost::asio::awaitable<T> task)
    {
        std::optional<T> result;
        thread.spawn(std::move(task), result);
        EXPECT_TRUE(thread.run_until([&] { return result.has_value(); }));
        return *std::move(result);
    }

    auto create(const std::string& body, EditOptions options = {})
    {
        return done(links->create(parsed(body), options));
    }

    auto change(const std::string& name, const std::string& patch, EditOptions options = {})
    {
        return done(links->change(LinkName{name}, parsed(patch), options));
    }

    auto remove(const std::string& name, EditOptions options = {})
    {
        return done(links->remove(LinkName{name}, options));
    }

    std::string running()
    {
        std::string names;
        for (const auto& one : done(engine->list())) {
            names += one.name.value() + " " + std::string{to_string(one.managed_by)} + "\n";
        }
        return names;
    }

    // "/name name_taken" for each, or the error.
    static std::string refusal_of(const auto& answer)
    {
        if (answer) return "none";
        std::string all;
        for (const auto& one : answer.error().problems) all += one.pointer + " " + one.code + "\n";
        return all.empty() ? answer.error().error.detail() : all;
    }
};

TEST_F(ConfiguredLinksTest, OutliveTheProcess)
{
    const auto created = create(yaml("mine", "letters"));
    ASSERT_TRUE(created) << created.error().error.detail();
    EXPECT_EQ(created->changes, (std::vector<LinkChange>{{LinkName{"mine"}, Kind::added, {}}}));
    EXPECT_EQ(running(), "mine api\nof-file config\n");

    ASSERT_TRUE(reopen());

    EXPECT_EQ(running(), "mine api\nof-file config\n");
    const auto found = links->find(LinkName{"mine"});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->config, created->link->config);
    EXPECT_EQ(found->revision, 1U);
    EXPECT_EQ(found->created_ms, created->link->created_ms);
    EXPECT_EQ(links->find(LinkName{"of-file"})->revision, 0U);
}

TEST_F(ConfiguredLinksTest, AreChangedKeyByKey)
{
    ASSERT_TRUE(create(yaml("mine", "letters", ", shards: 2")));

    const auto changed = change("mine", "{topics: {include: [letters, cards]}, shards: null}");
    ASSERT_TRUE(changed) << changed.error().error.detail();
    EXPECT_EQ(changed->changes.front().keys, (std::vector{"shards"s, "topics.include"s}));
    EXPECT_EQ(changed->link->config.shards, 4U);
    EXPECT_EQ(changed->link->revision, 2U);

    const auto same = change("mine", "{shards: 4}");
    ASSERT_TRUE(same);
    EXPECT_TRUE(same->changes.empty());
    EXPECT_EQ(same->link->revision, 2U);

    const auto adapted = change("mine", "{topics: {include: [cards]}}");
    EXPECT_EQ(adapted->changes,
              (std::vector<LinkChange>{{LinkName{"mine"}, Kind::adapted, {"topics.include"}}}));
    ASSERT_TRUE(reopen());
    EXPECT_EQ(links->find(LinkName{"mine"})->config, adapted->link->config);
}

TEST_F(ConfiguredLinksTest, EndAndAreForgotten)
{
    ASSERT_TRUE(create(yaml("mine", "letters")));

    const auto removed = remove("mine");
    ASSERT_TRUE(removed);
    EXPECT_EQ(removed->changes, (std::vector<LinkChange>{{LinkName{"mine"}, Kind::removed, {}}}));
    EXPECT_FALSE(removed->link);
    EXPECT_EQ(running(), "of-file config\n");
    EXPECT_EQ(refusal_of(remove("mine")), "no link 'mine'");

    ASSERT_TRUE(reopen());
    EXPECT_EQ(running(), "of-file config\n");
}

TEST_F(ConfiguredLinksTest, BelongToTheirOwnerAlone)
{
    EXPECT_EQ(refusal_of(remove("of-file")),
              "link 'of-file' is managed by config: change the file and run `strait apply`");
    EXPECT_EQ(refusal_of(change("of-file", "{shards: 1}")),
              "link 'of-file' is managed by config: change the file and run `strait apply`");
    EXPECT_EQ(remove("of-file").error().error.code(), Errc::conflict);
    EXPECT_EQ(running(), "of-file config\n");
}

TEST_F(ConfiguredLinksTest, AreCheckedAgainstAllOthers)
{
    ASSERT_TRUE(create(yaml("mine", "letters")));

    EXPECT_EQ(refusal_of(create(yaml("of-file", "cards"))), "/name name_taken\n");
    EXPECT_EQ(refusal_of(create(yaml("mine", "cards"))), "/name name_taken\n");
    EXPECT_EQ(refusal_of(create(yaml("new", "orders"))), "/topics rename_collision\n");
    EXPECT_EQ(refusal_of(create("{name: new, source: rome, target: oslo, topics: {include: [x]}}")),
              "/source unknown_cluster\n");
    EXPECT_EQ(refusal_of(
                  create("{name: new, source: bergen, target: oslo, topics: {include: [orders]}}")),
              "/topics loop\n");
    EXPECT_EQ(refusal_of(create("{name: new, source: oslo, target: oslo, topics: {include: [x]}}")),
              "/target same_cluster\n");
    EXPECT_EQ(refusal_of(create(yaml("new", "x", ", timeouts: {delivery: 2s}"))),
              "/timeouts timeouts_disorder\n");
    EXPECT_EQ(refusal_of(create(yaml("new", "x", ", shards: 0, bogus: 1"))),
              "/shards out_of_range\n/bogus unknown_key\n");
    EXPECT_EQ(refusal_of(create("[]")).substr(0, 11), " wrong_type");
    EXPECT_EQ(refusal_of(change("mine", "{topics: {include: [orders]}}")),
              "/topics rename_collision\n");
    EXPECT_EQ(refusal_of(change("mine", "{name: other}")), "/name immutable_changed\n");
    EXPECT_EQ(running(), "mine api\nof-file config\n");
}

TEST_F(ConfiguredLinksTest, AreOnlySaidToChangeInADryRun)
{
    const EditOptions dry{.dry_run = true};
    EXPECT_EQ(create(yaml("mine", "letters"), dry)->changes.front().kind, Kind::added);
    EXPECT_EQ(running(), "of-file config\n");

    ASSERT_TRUE(create(yaml("mine", "letters")));
    EXPECT_EQ(change("mine", "{shards: 1}", dry)->changes.front().kind, Kind::restarted);
    EXPECT_EQ(remove("mine", dry)->changes.front().kind, Kind::removed);
    EXPECT_EQ(links->find(LinkName{"mine"})->config.shards, 4U);
    EXPECT_EQ(running(), "mine api\nof-file config\n");
}

TEST_F(ConfiguredLinksTest, StayWhenTheFileIsApplied)
{
    ASSERT_TRUE(create(yaml("mine", "letters")));

    const auto applied = done(links->apply(with({link("other")}), false));

    ASSERT_TRUE(applied) << applied.error().error.detail();
    EXPECT_EQ(*applied,
              (std::vector<LinkChange>{{LinkName{"of-file"}, Kind::removed, {}},
                                       {LinkName{"other"}, Kind::added, {}}}));
    EXPECT_EQ(running(), "mine api\nother config\n");
    EXPECT_EQ(refusal_of(create(yaml("new", "orders"))), "/topics rename_collision\n");
    ASSERT_TRUE(create(yaml("of-file", "cards"))) << "its name is free now";
}

TEST_F(ConfiguredLinksTest, AreNotHurtByAFile)
{
    ASSERT_TRUE(create(yaml("mine", "letters")));

    const auto taken = done(links->apply(with({link("mine", "cards")}), true));
    EXPECT_EQ(refusal_of(taken), "/links/0 name_taken\n");
    EXPECT_EQ(taken.error().error.detail(),
              "strait.yaml:1:1: name_taken: /links/0: another link is called 'mine', managed by "
              "api: delete that one with `strait link delete`, or give this one another name\n");
    EXPECT_EQ(refusal_of(done(links->apply(with({link("of-file", "letters")}), false))),
              "/links/0 rename_collision\n");

    auto without = with({});
    without.set.clusters.erase(ClusterName{"oslo"});
    const auto dropped = done(links->apply(without, false));
    EXPECT_EQ(refusal_of(dropped), "/source unknown_cluster\n");
    EXPECT_TRUE(dropped.error().error.detail().starts_with("link mine, managed by api: "))
        << dropped.error().error.detail();
    EXPECT_EQ(running(), "mine api\nof-file config\n");

    file = without;
    const auto opened = reopen();
    ASSERT_FALSE(opened) << "no link vanishes silently";
    EXPECT_EQ(opened.error().code(), Errc::invalid_argument);
    EXPECT_TRUE(opened.error().detail().contains("link mine, managed by api: unknown_cluster"))
        << opened.error().detail();
}

TEST_F(ConfiguredLinksTest, FollowTheCatalog)
{
    const auto of_catalog = [](const std::string& name, const std::string& topic) {
        auto one = link(name, topic);
        one.managed_by = ManagedBy::catalog;
        one.target = ClusterName{"clu-1"};
        return one;
    };
    LinkSet wanted;
    wanted.clusters.emplace(ClusterName{"clu-1"}, nobody(ClusterName{"clu-1"}, 300ms));
    wanted.clusters.at(ClusterName{"clu-1"}).bootstrap = {"narvik.example:1"};
    wanted.links = {of_catalog("sub-1", "letters"),
                    of_catalog("sub-2", "letters"),
                    of_catalog("of-file", "cards")};

    const auto followed = done(links->follow_catalog(wanted));

    ASSERT_TRUE(followed) << followed.error().error.detail();
    EXPECT_EQ(running(), "of-file config\nsub-1 catalog\n");
    ASSERT_EQ(followed->size(), 2U);
    EXPECT_TRUE(followed->contains(LinkName{"of-file"}));
    EXPECT_TRUE(followed->at(LinkName{"sub-2"}).contains("letters"));
    EXPECT_EQ(links->find(LinkName{"sub-1"})->config, wanted.links.front());
    EXPECT_EQ(refusal_of(change("sub-1", "{shards: 1}")),
              "link 'sub-1' is managed by catalog: change what the catalog says of it");
    EXPECT_EQ(refusal_of(create("{name: new, source: bergen, target: clu-1, "
                                "topics: {include: [letters]}}")),
              "/topics rename_collision\n");

    ASSERT_TRUE(reopen());
    EXPECT_EQ(running(), "of-file config\n") << "until the catalog says so again";
}

TEST_F(ConfiguredLinksTest, AreStoppedByTheCatalogWhateverElseIsWrongWithThem)
{
    auto one = link("sub-1", "letters");
    one.managed_by = ManagedBy::catalog;
    one.desired = Desired::running;
    ASSERT_TRUE(done(links->follow_catalog({{}, {one}})));
    const auto desired = [&] { return done(engine->status(LinkName{"sub-1"}))->desired; };
    EXPECT_EQ(desired(), Desired::running);

    one.desired = Desired::failed_over;
    auto other = one;
    other.name = LinkName{"sub-0"};
    const auto followed = done(links->follow_catalog({{}, {other, one}}));

    ASSERT_TRUE(followed);
    EXPECT_TRUE(followed->contains(LinkName{"sub-0"})) << "who was there first stays";
    EXPECT_EQ(desired(), Desired::failed_over);
    EXPECT_FALSE(done(engine->status(LinkName{"sub-1"}))->settled) << "no target keeps it";

    ASSERT_TRUE(done(links->follow_catalog({})));
    EXPECT_EQ(running(), "of-file config\n");
}

TEST_F(ConfiguredLinksTest, ChangeOneAtATime)
{
    std::optional<Registered<LinkEdit>> first;
    std::optional<Registered<LinkEdit>> second;
    thread.spawn(links->create(parsed(yaml("one", "letters")), {}), first);
    thread.spawn(links->create(parsed(yaml("two", "cards")), {}), second);
    EXPECT_TRUE(thread.run_until([&] { return first && second; }));

    EXPECT_TRUE(*first);
    EXPECT_EQ(refusal_of(*second), "another change is being applied: try again");
    EXPECT_EQ(running(), "of-file config\none api\n");
    ASSERT_TRUE(create(yaml("two", "cards")));
}

TEST_F(ConfiguredLinksTest, DoNotChangeWhileTheProgramEnds)
{
    engine->drain();

    EXPECT_EQ(refusal_of(create(yaml("mine", "letters"))), "the program is ending");
    ASSERT_TRUE(reopen());
    EXPECT_EQ(running(), "of-file config\n");
}

}  // namespace
}  // namespace strait::links
