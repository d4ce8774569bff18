#include "exchange/demo/orders.hpp"

#include <boost/describe/class.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <spdlog/fmt/fmt.h>

#include <array>
#include <string_view>
#include <utility>

namespace strait::exchange {

namespace {

constexpr int orders_per_step = 12;
constexpr int shipments_per_step = 14;
constexpr std::uint64_t kept_orders = 500;  // older ones are forgotten
constexpr std::uint64_t abort_every = 8;    // transactions

struct OrderPlaced {
    std::string event = "order_placed";
    std::string order;
    std::string customer;
    std::string product;
    std::uint32_t quantity = 1;
    std::uint32_t amount_cents = 0;
    std::string currency;
};
BOOST_DESCRIBE_STRUCT(OrderPlaced,
                      (),
                      (event, order, customer, product, quantity, amount_cents, currency))

struct PaymentCaptured {
    std::string event = "payment_captured";
    std::string order;
    std::string method;
    std::uint32_t amount_cents = 0;
    std::string currency;
};
BOOST_DESCRIBE_STRUCT(PaymentCaptured, (), (event, order, method, amount_cents, currency))

struct OrderShipped {
    std::string event = "order_shipped";
    std::string order;
    std::string carrier;
    std::string parcel;
};
BOOST_DESCRIBE_STRUCT(OrderShipped, (), (event, order, carrier, parcel))

constexpr std::array<std::string_view, 6> products{
    "desk lamp", "café table", "oak shelf", "wool rug", "wall clock", "bench"};
constexpr std::array<std::string_view, 3> currencies{"EUR", "NOK", "USD"};
constexpr std::array<std::string_view, 3> methods{"card", "transfer", "invoice"};
constexpr std::array<std::string_view, 2> carriers{"rail", "road"};

template <class Event>
std::string json(const Event& event)
{
    return boost::json::serialize(boost::json::value_from(event));
}

std::string order_key(std::uint64_t number) { return fmt::format("order-{:06}", number); }

TopicPartition place_of(const DemoTopic& topic, std::uint64_t order)
{
    return {topic.name, Partition{static_cast<std::int32_t>(order % topic.partitions)}};
}

}  // namespace

const std::vector<DemoTopic>& demo_topics()
{
    static const std::vector<DemoTopic> topics{{TopicName{"strait-demo.orders"}, 3},
                                               {TopicName{"strait-demo.payments"}, 2}};
    return topics;
}

std::uint32_t OrderEvents::below(std::uint32_t bound)
{
    return static_cast<std::uint32_t>(random_()) % bound;
}

OrderStep OrderEvents::next(std::int64_t wall_ms)
{
    using enum OrderStep::Ending;
    OrderStep step;
    const auto number = steps_++;
    if (number % 2 == 1) {
        ship(step, wall_ms);
        return step;
    }
    step.ending = number / 2 % abort_every == abort_every - 1 ? abort : commit;
    check_out(step, wall_ms);
    return step;
}

void OrderEvents::check_out(OrderStep& step, std::int64_t wall_ms)
{
    const auto& orders = demo_topics()[0];
    const auto& payments = demo_topics()[1];
    for (int i = 0; i < orders_per_step; ++i) {
        const auto number = ++orders_;
        OrderPlaced placed;
        placed.order = order_key(number);
        placed.customer = fmt::format("customer-{:04}", below(5000));
        placed.product = products.at(below(products.size()));
        placed.quantity = 1 + below(4);
        placed.amount_cents = placed.quantity * (990 + below(40'000));
        placed.currency = currencies.at(below(currencies.size()));

        OrderRecord order;
        order.at = place_of(orders, number);
        order.key = placed.order;
        order.value = json(placed);
        order.headers = {{"content-type", "application/json"},
                         {"trace-id", fmt::format("{:08x}{:08x}", random_(), random_())}};
        // Kafka allows a name twice, and keeps the order.
        if (below(3) == 0)
            order.headers.insert(order.headers.end(), {{"tag", "gift"}, {"tag", ""}});
        order.timestamp_ms = wall_ms;

        PaymentCaptured captured;
        captured.order = placed.order;
        captured.method = methods.at(below(methods.size()));
        captured.amount_cents = placed.amount_cents;
        captured.currency = placed.currency;
        OrderRecord payment;
        payment.at = place_of(payments, number);
        payment.key = placed.order;
        payment.value = json(captured);
        payment.headers = order.headers;
        payment.timestamp_ms = wall_ms;

        step.records.push_back(std::move(order));
        step.records.push_back(std::move(payment));
    }
}

void OrderEvents::ship(OrderStep& step, std::int64_t wall_ms)
{
    const auto& orders = demo_topics()[0];
    for (int i = 0; i < shipments_per_step && shipped_ < orders_; ++i) {
        const auto number = ++shipped_;
        OrderShipped shipped;
        shipped.order = order_key(number);
        shipped.carrier = carriers.at(below(carriers.size()));
        shipped.parcel = fmt::format("{:08X}", random_());
        auto& record = step.records.emplace_back();
        record.at = place_of(orders, number);
        record.key = shipped.order;
        record.value = json(shipped);
        record.timestamp_ms = wall_ms;
    }
    while (forgotten_ + kept_orders < shipped_) {
        const auto number = ++forgotten_;
        auto& record = step.records.emplace_back();
        record.at = place_of(orders, number);
        record.key = order_key(number);
        record.headers = {{"reason", "retention"}};
        record.timestamp_ms = wall_ms;
    }
}

}  // namespace strait::exchange
