package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/** News about a suggested post. */
sealed interface SuggestionNews extends ServiceContent {
    int messageId();

    default void writeSuggestion(JsonWriter json, View view) {
        var suggested = view.message().chat().message(messageId());
        if (suggested != null) {
            view.messages().write(json.name("suggested_post_message"), suggested, view.viewer(), false);
        }
    }

    @Override
    default boolean differsByBot(Message in) {
        return true;
    }

    record Approved(int messageId, DirectPost.@Nullable Price price, long sendDate) implements SuggestionNews {
        @Override
        public void write(JsonWriter json, View view) {
            json.name("suggested_post_approved").object();
            writeSuggestion(json, view);
            if (price != null) price.write(json.name("price"));
            json.field("send_date", sendDate).endObject();
        }
    }

    record Declined(int messageId, String comment) implements SuggestionNews {
        @Override
        public void write(JsonWriter json, View view) {
            json.name("suggested_post_declined").object();
            writeSuggestion(json, view);
            if (!comment.isEmpty()) json.field("comment", comment);
            json.endObject();
        }
    }

    /** Whoever is to pay has too little. */
    record Failed(int messageId, DirectPost.Price price) implements SuggestionNews {
        @Override
        public void write(JsonWriter json, View view) {
            json.name("suggested_post_approval_failed").object();
            writeSuggestion(json, view);
            price.write(json.name("price"));
            json.endObject();
        }
    }

    record Paid(int messageId, DirectPost.Price price) implements SuggestionNews {
        @Override
        public void write(JsonWriter json, View view) {
            json.name("suggested_post_paid").object();
            writeSuggestion(json, view);
            json.field("currency", price.currency());
            if (price.inStars()) {
                json.name("star_amount")
                        .object()
                        .field("amount", price.amount())
                        .endObject();
            } else {
                json.field("amount", price.amount());
            }
            json.endObject();
        }
    }

    record Refunded(int messageId, String reason) implements SuggestionNews {
        @Override
        public void write(JsonWriter json, View view) {
            json.name("suggested_post_refunded").object();
            writeSuggestion(json, view);
            json.field("reason", reason).endObject();
        }
    }
}
