#include "core/metrics.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace strait {
namespace {

SampledMetric lag(const std::string& link, double records)
{
    return {"strait_link_lag_records",
            "Records behind",
            SampledMetric::Kind::gauge,
            {{{{"link", link}}, records}}};
}

TEST(Metrics, ShowsWhatWasCounted)
{
    Metrics metrics;
    auto& records = metrics.counters("strait_link_records_total", "Records committed");
    records.Add({{"link", "eu"}}).Increment(3);
    metrics.counters("strait_link_records_total", "Records committed")
        .Add({{"link", "eu"}})
        .Increment();

    EXPECT_EQ(metrics.text(),
              "# HELP strait_link_records_total Records committed\n"
              "# TYPE strait_link_records_total counter\n"
              "strait_link_records_total{link=\"eu\"} 4\n");
}

TEST(Metrics, AsksSamplersWhenSomebodyLooks)
{
    Metrics metrics;
    double records = 1;
    const auto eu = metrics.sample([&] { return std::vector{lag("eu", records)}; });
    const auto us = metrics.sample([] { return std::vector{lag("us", 7)}; });
    records = 2;

    EXPECT_EQ(metrics.text(),
              "# HELP strait_link_lag_records Records behind\n"
              "# TYPE strait_link_lag_records gauge\n"
              "strait_link_lag_records{link=\"eu\"} 2\n"
              "strait_link_lag_records{link=\"us\"} 7\n");
}

TEST(Metrics, ForgetsASamplerWithItsSampling)
{
    Metrics metrics;
    {
        auto first = metrics.sample([] { return std::vector{lag("eu", 1)}; });
        const auto moved = std::move(first);
        EXPECT_NE(metrics.text(), "");
    }
    EXPECT_EQ(metrics.text(), "");

    auto replaced = metrics.sample([] { return std::vector{lag("eu", 1)}; });
    replaced = metrics.sample([] { return std::vector{lag("us", 1)}; });
    EXPECT_FALSE(metrics.text().contains("eu")) << metrics.text();
    EXPECT_TRUE(metrics.text().contains("us")) << metrics.text();
}

TEST(Metrics, EscapesLabels)
{
    Metrics metrics;
    metrics.gauges("strait_a", "b").Add({{"topic", "a\"\n\\"}}).Set(1);

    EXPECT_TRUE(metrics.text().contains(R"(strait_a{topic="a\"\n\\"} 1)")) << metrics.text();
}

TEST(Metrics, TakesOneTypePerName)
{
    Metrics metrics;
    metrics.gauges("strait_a", "b");

    EXPECT_THROW(metrics.counters("strait_a", "b"), std::invalid_argument);
    EXPECT_THROW(metrics.gauges("strait-a", "b"), std::invalid_argument);
}

}  // namespace
}  // namespace strait
