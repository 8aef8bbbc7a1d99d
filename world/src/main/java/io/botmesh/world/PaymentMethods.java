package io.botmesh.world;

import io.botmesh.world.Checkout.Stage;
import io.botmesh.world.Method.Pace;
import tools.jackson.databind.JsonNode;

/** Methods about what bots sell and what they earn. */
final class PaymentMethods {
    private final Core core;
    private final Sending sending;

    PaymentMethods(Core core) {
        this.core = core;
        sending = new Sending(core);
    }

    void addTo(MethodTable table) {
        table.faithful("sendInvoice", Pace.SEND, this::sendInvoice);
        table.faithful("createInvoiceLink", Pace.OTHER, this::createInvoiceLink);
        table.faithful("answerShippingQuery", Pace.OTHER, this::answerShippingQuery);
        table.faithful("answerPreCheckoutQuery", Pace.OTHER, this::answerPreCheckoutQuery);
        table.faithful("getMyStarBalance", Pace.OTHER, this::getMyStarBalance);
        table.faithful("getStarTransactions", Pace.OTHER, this::getStarTransactions);
        table.faithful("refundStarPayment", Pace.OTHER, this::refundStarPayment);
        table.faithful("editUserStarSubscription", Pace.OTHER, this::editUserStarSubscription);
    }

    private Checkouts checkouts() {
        return core.interactions().checkouts;
    }

    Reply sendInvoice(Bot bot, Params params) {
        var invoice = Invoice.of(params);
        var whole = params.with("reply_markup", payButton(invoice));
        return sending.send(bot, whole, "sendInvoice", () -> () -> new InvoiceContent(invoice));
    }

    /** The keyboard of an invoice that came without one. */
    private String payButton(Invoice invoice) {
        var json = new JsonWriter()
                .object()
                .name("inline_keyboard")
                .array()
                .array()
                .object();
        json.field("text", core.assume(Assumption.PAY_BUTTON_NAMES_PRICE) ? invoice.payText() : "Pay")
                .field("pay", true)
                .endObject();
        return json.endArray().endArray().endObject().toString();
    }

    Reply createInvoiceLink(Bot bot, Params params) {
        var link = checkouts().link(bot, Invoice.of(params));
        return new Reply.Ok(new JsonWriter().value(link).toString());
    }

    Reply answerShippingQuery(Bot bot, Params params) {
        boolean ok = params.flag("ok");
        var error = ok ? "" : params.required("error_message");
        if (ok) params.required("shipping_options");
        var options = ok ? options(params) : "";
        var checkout = checkouts().answered(bot, params.number("shipping_query_id"), Stage.SHIPPING);
        checkout.stage = Stage.OPEN;
        checkout.error = error;
        checkout.shippingOptions = ok ? options : null;
        return BotMethods.TRUE;
    }

    Reply answerPreCheckoutQuery(Bot bot, Params params) {
        boolean ok = params.flag("ok");
        var error = ok ? "" : params.required("error_message");
        var checkout = checkouts().answered(bot, params.number("pre_checkout_query_id"), Stage.CONFIRMING);
        if (ok) {
            checkouts().pay(checkout);
        } else {
            checkout.stage = Stage.FAILED;
            checkout.error = error;
        }
        return BotMethods.TRUE;
    }

    Reply getMyStarBalance(Bot bot, Params params) {
        return new Reply.Ok(Stars.writeAmount(core.interactions().stars.balance(bot.account()))
                .toString());
    }

    Reply getStarTransactions(Bot bot, Params params) {
        int from = params.integer("offset", 0, 0, Integer.MAX_VALUE);
        int limit = params.integer("limit", 100, 1, 100);
        return new Reply.Ok(core.interactions()
                .stars
                .write(new JsonWriter(512), bot.account(), from, limit)
                .toString());
    }

    Reply refundStarPayment(Bot bot, Params params) {
        checkouts().refund(charge(bot, params));
        return BotMethods.TRUE;
    }

    Reply editUserStarSubscription(Bot bot, Params params) {
        checkouts().cancel(charge(bot, params), params.flag("is_canceled"), false);
        return BotMethods.TRUE;
    }

    private Checkouts.Charge charge(Bot bot, Params params) {
        long userId = params.userId("user_id");
        var id = params.required("telegram_payment_charge_id");
        var person = core.registry().account(userId);
        if (person == null) throw Refused.of(400, "user not found");
        var charge = checkouts().chargeOf(bot, person, id);
        if (charge == null || !charge.invoice.inStars()) throw Refused.of(400, "CHARGE_ID_INVALID");
        return charge;
    }

    private static String options(Params params) {
        var json = Fields.json(params, "shipping_options", "Can't parse shipping options JSON object");
        if (!json.isArray()) throw Refused.of(400, "Expected an Array of shipping options");
        for (var element : json.values()) {
            Fields.within("Can't parse shipping option", element, PaymentMethods::option);
        }
        if (json.isEmpty()) throw Refused.of(400, "There must be at least one shipping option");
        var written = new JsonWriter();
        Json.copy(written, json);
        return written.toString();
    }

    private static String option(JsonNode json) {
        var fields = Fields.of(json, "ShippingOption must be an Object");
        var id = fields.requiredText("id");
        if (id.isEmpty()) throw Refused.of(400, "ShippingOption identifier must be non-empty");
        if (fields.requiredText("title").isEmpty()) {
            throw Refused.of(400, "ShippingOption title must be non-empty");
        }
        fields.requiredArray("prices");
        Fields.within("Can't parse shipping option prices", json.get("prices"), Invoice::prices);
        return id;
    }
}
