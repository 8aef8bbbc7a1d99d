package io.botmesh.world;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/** What a bot sells. Amounts are in the smallest unit of the currency; {@code XTR} are Stars. */
record Invoice(
        String title,
        String description,
        String payload,
        String currency,
        long total,
        String startParameter,
        boolean needsShipping,
        boolean flexible,
        int subscriptionSeconds) {
    static final int MONTH = 2_592_000;

    private static final int MOST_TITLE = 32;
    private static final int MOST_DESCRIPTION = 255;
    private static final int MOST_PAYLOAD_BYTES = 128;

    boolean inStars() {
        return currency.equals("XTR");
    }

    /** Of a call. */
    static Invoice of(Params params) {
        var title = params.required("title");
        var description = params.required("description");
        var payload = params.required("payload");
        var currency = params.required("currency");
        params.required("prices");
        var prices = prices(Fields.json(params, "prices", "Can't parse prices JSON object"));
        return of(params::text, title, description, payload, currency, prices);
    }

    /** Of an {@code InputInvoiceMessageContent}. */
    static Invoice of(Fields content) {
        var title = content.requiredText("title");
        var description = content.requiredText("description");
        var payload = content.requiredText("payload");
        var currency = content.requiredText("currency");
        content.requiredArray("prices");
        var prices = prices(content.object().get("prices"));
        UnaryOperator<String> values = name -> Lenient.text(content.object(), name);
        return of(values, title, description, payload, currency, prices);
    }

    private static Invoice of(
            UnaryOperator<String> values,
            String title,
            String description,
            String payload,
            String currency,
            List<Long> prices) {
        long total = 0;
        for (long price : prices) total += price;
        return new Invoice(
                        title,
                        description,
                        payload,
                        currency,
                        total,
                        values.apply("start_parameter"),
                        Lenient.flag(values.apply("need_shipping_address")),
                        Lenient.flag(values.apply("is_flexible")),
                        Lenient.integer(values.apply("subscription_period"), 0, 0, Integer.MAX_VALUE))
                .checked(prices.size(), values.apply("provider_token"));
    }

    private Invoice checked(int prices, String providerToken) {
        if (title.codePointCount(0, title.length()) > MOST_TITLE) throw Refused.of(400, "INVOICE_TITLE_INVALID");
        if (description.codePointCount(0, description.length()) > MOST_DESCRIPTION) {
            throw Refused.of(400, "INVOICE_DESCRIPTION_INVALID");
        }
        if (TextCleaner.utf8Length(payload) > MOST_PAYLOAD_BYTES) throw Refused.of(400, "INVOICE_PAYLOAD_INVALID");
        if (!currency.matches("[A-Z]{3}")) throw Refused.of(400, "CURRENCY_INVALID");
        if (inStars() && prices != 1) throw Refused.of(400, "STARS_INVOICE_INVALID");
        if (!inStars() && providerToken.isEmpty()) throw Refused.of(400, "PAYMENT_PROVIDER_INVALID");
        if (total <= 0) throw Refused.of(400, "CURRENCY_TOTAL_AMOUNT_INVALID");
        if (subscriptionSeconds != 0 && (subscriptionSeconds != MONTH || !inStars())) {
            throw Refused.of(400, "SUBSCRIPTION_PERIOD_INVALID");
        }
        return this;
    }

    /** The amounts of an array of {@code LabeledPrice}. */
    static List<Long> prices(JsonNode json) {
        if (!json.isArray()) throw Refused.of(400, "Expected an Array of labeled prices");
        var prices = json.values().stream()
                .map(element -> Fields.within("Can't parse labeled price", element, Invoice::price))
                .toList();
        if (prices.isEmpty()) throw Refused.of(400, "There must be at least one price");
        return prices;
    }

    private static long price(JsonNode json) {
        var fields = Fields.of(json, "LabeledPrice must be an Object");
        if (fields.requiredText("label").isEmpty()) throw Refused.of(400, "LabeledPrice label must be non-empty");
        return fields.requiredNumber("amount");
    }

    /** What the button to pay says if the bot says nothing. */
    String payText() {
        if (inStars()) return "Pay \u2b50\ufe0f" + total;
        return "Pay " + BigDecimal.valueOf(total, digits()).toPlainString() + ' ' + currency;
    }

    /** Digits behind the point; two for money that Java does not know. */
    private int digits() {
        try {
            return Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
        } catch (IllegalArgumentException unknown) {
            return 2;
        }
    }

    void write(JsonWriter json) {
        json.object()
                .field("title", title)
                .field("description", description)
                .field("start_parameter", startParameter)
                .field("currency", currency)
                .field("total_amount", total)
                .endObject();
    }
}
