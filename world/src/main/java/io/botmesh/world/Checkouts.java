package io.botmesh.world;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.botmesh.world.Checkout.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Payments under way, what was paid, and the subscriptions that came of it. */
final class Checkouts {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Something that was paid. */
    static final class Charge {
        final String id;
        final Bot bot;
        final Account person;
        final Chat chat;
        final Invoice invoice;
        final long total;
        boolean refunded;
        boolean canceled;

        Charge(String id, Checkout paid) {
            this.id = id;
            bot = paid.bot;
            person = paid.person;
            chat = paid.chat;
            invoice = paid.invoice;
            total = paid.total();
        }
    }

    private final Agenda agenda;
    private final Postman postman;
    private final Stars stars;
    private final LongSupplier ids;
    private final Map<Long, Checkout> checkouts = new HashMap<>();
    private final Map<Long, Checkout> byQuery = new HashMap<>();
    private final Map<String, Charge> charges = new HashMap<>();
    private final Map<String, Map.Entry<Bot, Invoice>> links = new HashMap<>();

    Checkouts(Agenda agenda, Postman postman, Stars stars, LongSupplier ids) {
        this.agenda = agenda;
        this.postman = postman;
        this.stars = stars;
        this.ids = ids;
    }

    String link(Bot bot, Invoice invoice) {
        var slug = Long.toString(ids.getAsLong(), 36);
        links.put(slug, Map.entry(bot, invoice));
        return "https://t.me/$" + slug;
    }

    Map.@Nullable Entry<Bot, Invoice> linked(String link) {
        return links.get(link.substring(link.lastIndexOf('$') + 1));
    }

    Checkout begin(Bot bot, Account person, Chat chat, Invoice invoice) {
        var checkout = new Checkout(ids.getAsLong(), bot, person, chat, invoice);
        checkouts.put(checkout.id, checkout);
        return checkout;
    }

    Checkout checkout(long id) {
        var checkout = checkouts.get(id);
        if (checkout == null) throw new IllegalArgumentException("no payment " + id);
        return checkout;
    }

    Charge charge(String id) {
        var charge = charges.get(id);
        if (charge == null) throw new IllegalArgumentException("nothing was paid as " + id);
        return charge;
    }

    @Nullable
    Charge chargeOf(Bot bot, Account person, String id) {
        var charge = charges.get(id);
        return charge != null && charge.bot == bot && charge.person.equals(person) ? charge : null;
    }

    void askShipping(Checkout checkout, String addressJson) {
        ask(checkout, Stage.SHIPPING);
        var json = query(checkout).field("invoice_payload", checkout.invoice.payload());
        json.name("shipping_address").raw(addressJson.getBytes(ISO_8859_1));
        give(checkout, UpdateKind.SHIPPING_QUERY, json);
    }

    /** The bot has ten seconds to say whether it will deliver. */
    void askCheckout(Checkout checkout) {
        ask(checkout, Stage.CONFIRMING);
        var json = query(checkout)
                .field("currency", checkout.invoice.currency())
                .field("total_amount", checkout.total())
                .field("invoice_payload", checkout.invoice.payload());
        checkout.writeOrder(json);
        give(checkout, UpdateKind.PRE_CHECKOUT_QUERY, json);
        long asked = checkout.queryId;
        agenda.at(agenda.now().plus(PATIENCE), () -> {
            if (byQuery.remove(asked) == null) return;
            checkout.stage = Stage.FAILED;
            checkout.error = "BOT_PRECHECKOUT_TIMEOUT";
        });
    }

    private void ask(Checkout checkout, Stage stage) {
        checkout.stage = stage;
        checkout.queryId = ids.getAsLong();
        checkout.askedAt = agenda.seconds();
        byQuery.put(checkout.queryId, checkout);
    }

    private static JsonWriter query(Checkout checkout) {
        var json = new JsonWriter(512).object().field("id", Long.toString(checkout.queryId));
        checkout.person.write(json.name("from"));
        return json;
    }

    private void give(Checkout checkout, UpdateKind kind, JsonWriter json) {
        postman.give(checkout.bot, kind, checkout.person.id(), Postman.named(kind, json.endObject()));
    }

    /** The payment that waits for that answer of the bot; refused if none does any more. */
    Checkout answered(Bot bot, long queryId, Stage stage) {
        var checkout = byQuery.get(queryId);
        boolean late =
                checkout != null && agenda.seconds() - checkout.askedAt > UpdateKind.SHIPPING_QUERY.lifeSeconds();
        if (checkout == null || checkout.bot != bot || checkout.stage != stage || late) {
            throw Refused.of(400, "QUERY_ID_INVALID");
        }
        byQuery.remove(queryId);
        return checkout;
    }

    /** The bot delivers: the money changes hands and the chat shows it. */
    void pay(Checkout checkout) {
        checkout.stage = Stage.PAID;
        checkout.chargeId = nextChargeId();
        var charge = new Charge(checkout.chargeId, checkout);
        charges.put(charge.id, charge);
        take(charge, charge.id);
        var json = paid(charge, charge.id);
        if (checkout.invoice.subscriptionSeconds() > 0) {
            long until = agenda.seconds() + checkout.invoice.subscriptionSeconds();
            json.field("subscription_expiration_date", until)
                    .field("is_recurring", true)
                    .field("is_first_recurring", true);
            renewAt(charge, until);
        }
        checkout.writeOrder(json);
        tell(charge, "successful_payment", json);
    }

    private String nextChargeId() {
        return "stx" + Long.toString(ids.getAsLong(), 36) + Long.toString(ids.getAsLong(), 36);
    }

    private void take(Charge charge, String id) {
        if (charge.invoice.inStars()) stars.earn(charge.bot.account(), id, charge.total, partner(charge));
    }

    private static JsonWriter partner(Charge charge) {
        var partner = new JsonWriter().object().field("type", "user").field("transaction_type", "invoice_payment");
        charge.person.write(partner.name("user"));
        partner.field("invoice_payload", charge.invoice.payload());
        if (charge.invoice.subscriptionSeconds() > 0) {
            partner.field("subscription_period", charge.invoice.subscriptionSeconds());
        }
        return partner.endObject();
    }

    private static JsonWriter paid(Charge charge, String id) {
        return new JsonWriter()
                .object()
                .field("currency", charge.invoice.currency())
                .field("total_amount", charge.total)
                .field("invoice_payload", charge.invoice.payload())
                .field("telegram_payment_charge_id", id)
                .field("provider_payment_charge_id", charge.invoice.inStars() ? "" : "provider_" + id);
    }

    private void tell(Charge charge, String field, JsonWriter json) {
        postman.post(charge.chat, Posting.of(charge.person, FixedContent.news(field, json.endObject())));
    }

    private void renewAt(Charge charge, long until) {
        agenda.at(Instant.ofEpochSecond(until), () -> {
            if (charge.canceled || charge.refunded) return;
            var id = nextChargeId();
            take(charge, id);
            long next = until + charge.invoice.subscriptionSeconds();
            var json =
                    paid(charge, id).field("subscription_expiration_date", next).field("is_recurring", true);
            tell(charge, "successful_payment", json);
            renewAt(charge, next);
        });
    }

    /** Gives a payment in Stars back. */
    void refund(Charge charge) {
        if (charge.refunded) throw Refused.of(400, "CHARGE_ALREADY_REFUNDED");
        stars.spend(charge.bot.account(), charge.id, charge.total, partner(charge));
        charge.refunded = true;
        var json = paid(charge, charge.id);
        tell(charge, "refunded_payment", json);
    }

    /** A person, or the bot for it, ends a subscription or takes it up again. */
    void cancel(Charge charge, boolean canceled, boolean tellBot) {
        if (charge.invoice.subscriptionSeconds() == 0) throw Refused.of(400, "CHARGE_ID_INVALID");
        if (charge.canceled == canceled) return;
        charge.canceled = canceled;
        if (!tellBot) return;
        var json = new JsonWriter().object();
        charge.person.write(json.name("user"));
        json.field("invoice_payload", charge.invoice.payload()).field("state", canceled ? "canceled" : "active");
        postman.give(
                charge.bot,
                UpdateKind.SUBSCRIPTION,
                charge.person.id(),
                Postman.named(UpdateKind.SUBSCRIPTION, json.endObject()));
    }
}
