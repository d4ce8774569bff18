#include "core/metrics.hpp"

#include <prometheus/client_metric.h>
#include <prometheus/metric_family.h>
#include <prometheus/metric_type.h>
#include <prometheus/text_serializer.h>

#include <iterator>
#include <utility>

namespace strait {

namespace {

prometheus::ClientMetric exposed(const SampledMetric::Sample& sample, SampledMetric::Kind kind)
{
    prometheus::ClientMetric metric;
    for (const auto& [name, value] : sample.labels) metric.label.push_back({name, value});
    switch (kind) {
        case SampledMetric::Kind::gauge: metric.gauge.value = sample.value; break;
        case SampledMetric::Kind::counter: metric.counter.value = sample.value; break;
    }
    return metric;
}

prometheus::MetricType type_of(SampledMetric::Kind kind)
{
    switch (kind) {
        case SampledMetric::Kind::gauge: return prometheus::MetricType::Gauge;
        case SampledMetric::Kind::counter: return prometheus::MetricType::Counter;
    }
    std::unreachable();
}

}  // namespace

Metrics::Sampling::Sampling(Sampling&& other) noexcept
    : metrics_{std::exchange(other.metrics_, nullptr)}, id_{other.id_}
{
}

Metrics::Sampling& Metrics::Sampling::operator=(Sampling&& other) noexcept
{
    std::swap(metrics_, other.metrics_);
    std::swap(id_, other.id_);
    return *this;
}

Metrics::Sampling::~Sampling()
{
    if (metrics_ == nullptr) return;
    const std::scoped_lock lock{metrics_->mutex_};
    metrics_->samplers_.erase(id_);
}

prometheus::Family<prometheus::Counter>& Metrics::counters(const std::string& name,
                                                           const std::string& help)
{
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry_);
}

prometheus::Family<prometheus::Gauge>& Metrics::gauges(const std::string& name,
                                                       const std::string& help)
{
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry_);
}

prometheus::Family<prometheus::Histogram>& Metrics::histograms(const std::string& name,
                                                               const std::string& help)
{
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry_);
}

Metrics::Sampling Metrics::sample(Sampler sampler)
{
    const std::scoped_lock lock{mutex_};
    samplers_.emplace(next_id_, std::move(sampler));
    return {*this, next_id_++};
}

std::string Metrics::text() const
{
    auto families = registry_.Collect();
    std::map<std::string, prometheus::MetricFamily> sampled;
    const std::scoped_lock lock{mutex_};
    for (const auto& [id, sampler] : samplers_) {
        for (const auto& metric : sampler()) {
            auto& family = sampled[metric.name];
            family.name = metric.name;
            family.help = metric.help;
            family.type = type_of(metric.kind);
            for (const auto& one : metric.samples) {
                family.metric.push_back(exposed(one, metric.kind));
            }
        }
    }
    for (auto& [name, family] : sampled) families.push_back(std::move(family));
    return prometheus::TextSerializer{}.Serialize(families);
}

}  // namespace strait
