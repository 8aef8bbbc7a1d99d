package io.botmesh.world;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a direct message to a channel carries: in whose topic it is, and the post that it suggests. */
final class DirectPost {
    enum State {
        PENDING,
        APPROVED,
        DECLINED
    }

    /** What is offered for a post. */
    record Price(String currency, long amount) {
        boolean inStars() {
            return currency.equals("XTR");
        }

        JsonWriter write(JsonWriter json) {
            return json.object()
                    .field("currency", currency)
                    .field("amount", amount)
                    .endObject();
        }
    }

    static final long MOST_DELAY = 2_678_400;
    private static final long LEAST_DELAY = 300;
    private static final long LEAST_STARS = 5;
    private static final long MOST_STARS = 100_000;
    private static final long LEAST_NANOTON = 10_000_000;
    private static final long MOST_NANOTON = 10_000_000_000_000L;

    final Account topic;
    final @Nullable Price price;

    /** Null for a message that suggests nothing. */
    @Nullable
    State state;

    /** When the post is to appear, Unix seconds; 0 if nobody said. */
    long sendDate;

    DirectPost(Account topic, @Nullable State state, @Nullable Price price, long sendDate) {
        this.topic = topic;
        this.state = state;
        this.price = price;
        this.sendDate = sendDate;
    }

    static DirectPost plain(Account topic) {
        return new DirectPost(topic, null, null, 0);
    }

    /**
     * What a bot says of the post that it suggests.
     *
     * @return null if it suggests none
     */
    static @Nullable DirectPost suggested(Params params, Account topic, long now) {
        var text = params.text("suggested_post_parameters");
        if (text.isEmpty()) return null;
        var json = Lenient.json(text);
        if (json == null) throw Refused.of(400, "Can't parse suggested post parameters JSON object");
        if (!json.isObject()) throw Refused.of(400, "Object expected as suggested post parameters");
        long sendDate = Lenient.integer(Lenient.text(json, "send_date"), 0, 0, Integer.MAX_VALUE);
        if (sendDate != 0 && (sendDate < now + LEAST_DELAY || sendDate > now + MOST_DELAY)) {
            throw Refused.of(400, "SCHEDULE_DATE_INVALID");
        }
        var price = json.get("price");
        return new DirectPost(topic, State.PENDING, price == null || price.isNull() ? null : price(price), sendDate);
    }

    private static Price price(JsonNode json) {
        var currency = Lenient.text(json, "currency");
        long amount = Lenient.number(Lenient.text(json, "amount"));
        boolean stars = currency.equals("XTR") && amount >= LEAST_STARS && amount <= MOST_STARS;
        boolean toncoins = currency.equals("TON") && amount >= LEAST_NANOTON && amount <= MOST_NANOTON;
        if (!stars && !toncoins) throw Refused.of(400, "SUGGESTED_POST_PRICE_INVALID");
        return new Price(currency, amount);
    }

    void writeTopic(JsonWriter json) {
        json.name("direct_messages_topic").object().field("topic_id", topic.id());
        topic.write(json.name("user"));
        json.endObject();
    }

    void writeSuggestion(JsonWriter json) {
        if (state == null) return;
        json.name("suggested_post_info").object().field("state", state.name().toLowerCase(Locale.ROOT));
        if (price != null) price.write(json.name("price"));
        if (sendDate != 0) json.field("send_date", sendDate);
        json.endObject();
    }
}
