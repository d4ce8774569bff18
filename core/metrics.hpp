#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/labels.h>
#include <prometheus/registry.h>

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace strait {

// One family of values that are asked for when somebody looks, because keeping them up to date
// would cost more: lags, ages, states.
struct SampledMetric {
    enum class Kind { gauge, counter };

    struct Sample {
        prometheus::Labels labels;
        double value = 0;
    };

    std::string name;
    std::string help;
    Kind kind = Kind::gauge;
    std::vector<Sample> samples;
};

// The metrics of the program: `exchange` owns them and hands them down. Names as links.md 9 lists
// them; a name that Prometheus does not take, or one that has another type, is a defect and throws.
//
// Thread-safe. A family lives as long as this object, its metrics until they are removed from it.
class Metrics {
  public:
    using Sampler = std::function<std::vector<SampledMetric>()>;

    // Keeps a sampler registered. The Metrics outlive it.
    class [[nodiscard]] Sampling {
      public:
        Sampling(Metrics& metrics, std::uint64_t id) noexcept : metrics_{&metrics}, id_{id} {}
        Sampling(Sampling&& other) noexcept;
        Sampling& operator=(Sampling&& other) noexcept;
        ~Sampling();

        Sampling(const Sampling&) = delete;
        Sampling& operator=(const Sampling&) = delete;

      private:
        Metrics* metrics_;
        std::uint64_t id_;
    };

    // The same name again is the same family.
    prometheus::Family<prometheus::Counter>& counters(const std::string& name,
                                                      const std::string& help);
    prometheus::Family<prometheus::Gauge>& gauges(const std::string& name, const std::string& help);
    prometheus::Family<prometheus::Histogram>& histograms(const std::string& name,
                                                          const std::string& help);

    // `sampler` is called by text(), on its caller's thread. It neither registers nor removes
    // samplers. Families of one name from several samplers become one.
    Sampling sample(Sampler sampler);

    // Everything, in the text exposition format 0.0.4.
    [[nodiscard]] std::string text() const;

  private:
    prometheus::Registry registry_;
    mutable std::mutex mutex_;
    std::map<std::uint64_t, Sampler> samplers_;
    std::uint64_t next_id_ = 0;
};

}  // namespace strait
