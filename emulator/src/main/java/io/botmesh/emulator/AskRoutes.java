package io.botmesh.emulator;

import static io.botmesh.emulator.ControlHandler.quoted;

import io.botmesh.world.InlineMode;
import io.botmesh.world.Payments;
import io.botmesh.world.People;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How people ask bots from any chat, and pay them. */
final class AskRoutes {
    private static final String OK = "{\"ok\":true}";
    private static final FieldType ID =
            FieldType.object(new Fields("QueryId").needs("id", FieldType.TEXT, "Of the query."));

    private final InlineMode inline;
    private final Payments payments;

    AskRoutes(People people) {
        inline = people.inline();
        payments = people.payments();
    }

    void addTo(ControlTable table) {
        who(table.post("/control/inline", "A person types a bot's name and a query.", this::ask))
                .takes("query", FieldType.TEXT, "")
                .takes("offset", FieldType.TEXT, "The next_offset of what is offered.")
                .gives(ID);
        table.get("/control/inline", "What the bot offers, or null as long as it has not answered.", this::offer)
                .needs("id", FieldType.TEXT, "Of the inline query.");
        table.post("/control/inline-choices", "A person sends one of the results.", this::choose)
                .needs("id", FieldType.TEXT, "Of the inline query.")
                .needs("result", FieldType.TEXT, "Its id.");
        who(table.post("/control/web-apps", "A person opens a web app of a bot.", this::open))
                .gives(ID);
        table.post("/control/prepared", "A person sends a message that a bot prepared.", this::prepared)
                .needs("user", FieldType.ID, "A person.")
                .needs("chat", FieldType.ID, "")
                .needs("prepared", FieldType.TEXT, "The id of the prepared message.");
        who(table.post("/control/guests", "A person calls a bot into a chat that it is not in.", this::guest))
                .needs("text", FieldType.TEXT, "Names the bot.")
                .gives(ID);
        table.post("/control/payments", "A person taps on the button to pay, or opens a link to pay.", this::begin)
                .needs("user", FieldType.ID, "A person.")
                .takes("chat", FieldType.ID, "Where the invoice is.")
                .takes("message_id", FieldType.MESSAGE_ID, "The invoice.")
                .takes("link", FieldType.TEXT, "One that createInvoiceLink made.")
                .gives(FieldType.object(new Fields("Payment").needs("payment", FieldType.TEXT, "Its id.")));
        table.get("/control/payments", "How far a payment is.", this::status)
                .needs("payment", FieldType.TEXT, "Its id.");
        table.post(
                        "/control/payment-steps",
                        "A person goes on with a payment; with nothing else it agrees.",
                        this::step)
                .needs("payment", FieldType.TEXT, "Its id.")
                .takes("address", FieldType.OBJECT, "The fields of a ShippingAddress, all of them strings.")
                .takes("option", FieldType.TEXT, "One of the ways of delivery that the bot offered.")
                .takes("who", FieldType.OBJECT, "What the bot asks for of name, phone_number and email.")
                .takes("tip", FieldType.number(0, 1_000_000_000), "In the smallest unit of the currency, on top.");
        table.post("/control/subscriptions", "A person cancels a subscription, or takes that back.", this::subscription)
                .needs("charge", FieldType.TEXT, "The telegram_payment_charge_id.")
                .takes("canceled", FieldType.FLAG, "Default true.");
        table.post("/control/stars", "A bot gets Stars from nowhere.", this::stars)
                .needs("bot", FieldType.ID, "")
                .needs("amount", FieldType.number(1, 1_000_000_000), "");
    }

    private static Route who(Route route) {
        return route.needs("user", FieldType.ID, "A person.")
                .needs("chat", FieldType.ID, "A chat_id, or a bot's id for the private chat with it.")
                .needs("bot", FieldType.ID, "");
    }

    private static String id(String id) {
        return "{\"id\":" + quoted(id) + "}";
    }

    private static String text(Given given, String field) {
        var text = given.optionalText(field);
        return text == null ? "" : text;
    }

    private String ask(Given given) {
        return id(inline.ask(
                given.id("user"), given.id("chat"), given.id("bot"), text(given, "query"), text(given, "offset")));
    }

    private String offer(Given given) {
        return inline.offer(given.text("id")).orElse("null");
    }

    private String choose(Given given) {
        return inline.choose(given.text("id"), given.text("result"));
    }

    private String open(Given given) {
        return id(inline.openWebApp(given.id("user"), given.id("chat"), given.id("bot")));
    }

    private String prepared(Given given) {
        return inline.sendPrepared(given.id("user"), given.text("prepared"), given.id("chat"));
    }

    private String guest(Given given) {
        return id(inline.callGuest(given.id("user"), given.id("chat"), given.id("bot"), given.text("text")));
    }

    private String begin(Given given) throws Wrong {
        boolean invoice = given.has("chat") && given.has("message_id");
        if (given.has("link") == invoice) throw new Wrong("either \"link\", or \"chat\" and \"message_id\"");
        long payment = invoice
                ? payments.begin(given.id("user"), given.id("chat"), given.number("message_id"))
                : payments.beginLink(given.id("user"), given.text("link"));
        return "{\"payment\":" + quoted(Long.toString(payment)) + "}";
    }

    /** An id is text, as those of queries are: JavaScript rounds numbers of this size. */
    private static long payment(Given given) throws Wrong {
        try {
            return Long.parseLong(given.text("payment"));
        } catch (NumberFormatException other) {
            throw new Wrong("no payment " + given.text("payment"));
        }
    }

    private String status(Given given) throws Wrong {
        var status = payments.status(payment(given));
        var options = status.shippingOptions();
        return "{\"stage\":" + quoted(status.stage()) + ",\"error\":" + quoted(status.error()) + ",\"charge_id\":"
                + quoted(status.chargeId()) + (options == null ? "" : ",\"shipping_options\":" + options)
                + ",\"asks\":["
                + status.asks().stream().map(ControlHandler::quoted).collect(Collectors.joining(",")) + "]}";
    }

    private String step(Given given) throws Wrong {
        long payment = payment(given);
        long steps =
                Stream.of("address", "option", "who", "tip").filter(given::has).count();
        if (steps > 1) throw new Wrong("one of \"address\", \"option\", \"who\" and \"tip\" at a time");
        if (given.has("address")) {
            payments.ship(payment, texts(given, "address"));
        } else if (given.has("who")) {
            payments.introduce(payment, texts(given, "who"));
        } else if (given.has("tip")) {
            payments.tip(payment, given.number("tip"));
        } else if (given.has("option")) {
            payments.choose(payment, given.text("option"));
        } else {
            payments.pay(payment);
        }
        return OK;
    }

    private static Map<String, String> texts(Given given, String name) throws Wrong {
        var texts = new LinkedHashMap<String, String>();
        for (var field : given.names(name)) {
            if (!given.object(name).isText(field)) throw new Wrong("\"" + field + "\" is a string");
            texts.put(field, given.object(name).text(field));
        }
        return texts;
    }

    private String subscription(Given given) {
        payments.cancelSubscription(given.text("charge"), given.flag("canceled", true));
        return OK;
    }

    private String stars(Given given) {
        payments.grantStars(given.id("bot"), given.number("amount"));
        return OK;
    }
}
