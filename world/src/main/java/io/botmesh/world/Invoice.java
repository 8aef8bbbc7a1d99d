package io.botmesh.world;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/**
 * What a bot sells. Amounts are in the smallest unit of the currency; {@code XTR} are Stars.
 *
 * @param asks what a person has to tell to pay, as {@code OrderInfo} names it
 */
record Invoice(
        String title,
        String description,
        String payload,
        String currency,
        long total,
        String startParameter,
        Set<String> asks,
        boolean flexible,
        long mostTip,
        int subscriptionSeconds) {
    static final int MONTH = 2_592_000;

    private static final int MOST_TITLE = 32;
    private static final int MOST_DESCRIPTION = 255;
    private static final int MOST_PAYLOAD_BYTES = 128;
    private static final int MOST_TIPS = 4;

    /** What can be asked for, and by what. */
    private static final Map<String, String> ASKED_BY = Map.of(
            "name", "need_name",
            "phone_number", "need_phone_number",
            "email", "need_email",
            "shipping_address", "need_shipping_address");

    Invoice {
        title = TextCleaner.cleanLine("Invoice title", title);
        description = TextCleaner.cleanLine("Invoice description", description);
        startParameter = TextCleaner.cleanLine("Invoice bot start parameter", startParameter);
        asks = Set.copyOf(asks);
    }

    boolean inStars() {
        return currency.equals("XTR");
    }

    /** Of a call. */
    static Invoice of(Params params) {
        var title = params.requiredRaw("title");
        var description = params.requiredRaw("description");
        var payload = params.required("payload");
        var currency = params.required("currency");
        params.required("prices");
        var prices = prices(Fields.json(params, "prices", "Can't parse prices JSON object"));
        return of(params::raw, title, description, payload, currency, prices);
    }

    /** Of an {@code InputInvoiceMessageContent}. */
    static Invoice of(Fields content) {
        var title = content.requiredRaw("title");
        var description = content.requiredRaw("description");
        var payload = content.requiredText("payload");
        var currency = content.requiredText("currency");
        content.requiredArray("prices");
        var prices = prices(content.object().get("prices"));
        UnaryOperator<String> values = name -> Lenient.raw(content.object(), name);
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
        boolean stars = currency.equals("XTR"); // whoever pays with them is never asked for more
        return new Invoice(
                        title,
                        description,
                        payload,
                        currency,
                        total,
                        values.apply("start_parameter"),
                        stars ? Set.of() : asked(values),
                        !stars && Lenient.flag(values.apply("is_flexible")),
                        stars ? 0 : mostTip(values),
                        Lenient.integer(values.apply("subscription_period"), 0, 0, Integer.MAX_VALUE))
                .checked(prices.size(), values.apply("provider_token"));
    }

    private static Set<String> asked(UnaryOperator<String> values) {
        var asked = new TreeSet<String>();
        ASKED_BY.forEach((what, by) -> {
            if (Lenient.flag(values.apply(by))) asked.add(what);
        });
        return asked;
    }

    /** Of the suggested tips nobody is told but the person. */
    private static long mostTip(UnaryOperator<String> values) {
        long most = Math.max(0, Lenient.number(values.apply("max_tip_amount")));
        var suggested = values.apply("suggested_tip_amounts");
        if (suggested.isEmpty()) return most;
        var json = Lenient.json(suggested);
        if (json == null) throw Refused.of(400, "Can't parse suggested tip amounts JSON object");
        if (!json.isArray()) throw Refused.of(400, "Expected an Array of suggested tip amounts");
        if (json.size() > MOST_TIPS) throw Refused.of(400, "There can be at most 4 suggested tip amounts");
        long before = 0;
        for (var element : json.values()) {
            if (!element.isNumber() && !element.isString()) {
                throw Refused.of(400, "Suggested tip amount must be of type Number");
            }
            long tip = Lenient.number(element.asString());
            if (tip <= 0) throw Refused.of(400, "Suggested tip amount must be positive");
            if (tip <= before) throw Refused.of(400, "Suggested tip amounts must be in a strictly increasing order");
            if (tip > most) throw Refused.of(400, "Suggested tip amount can't be bigger than max_tip_amount");
            before = tip;
        }
        return most;
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
