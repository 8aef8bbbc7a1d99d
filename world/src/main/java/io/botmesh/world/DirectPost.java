package io.botmesh.world;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a direct message to a channel carries: in whose topic it is, and the post that it suggests. */
final class DirectPost {
    enum State {
        PENDING,
        APPROVED,
        DECLINED
    }

    /** What is offered for a post. */
    record Price(String currency, long amount) {
        JsonWriter write(JsonWriter json) {
            return json.object()
                    .field("currency", currency)
                    .field("amount", amount)
                    .endObject();
        }
    }

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
