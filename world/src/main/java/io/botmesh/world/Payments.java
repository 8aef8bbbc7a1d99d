package io.botmesh.world;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How people pay. A payment begins at an invoice, goes through the bot's answers and ends paid or failed; {@link #status}
 * tells how far it is. For ids that do not exist and for what could not happen all of it throws {@link
 * IllegalArgumentException}.
 *
 * <p>A {@code chatId} is a channel or group, or for a private chat the bot's user id.
 */
public final class Payments {
    /**
     * How a payment stands.
     *
     * @param stage           {@code open}, {@code shipping}, {@code confirming}, {@code paid} or {@code failed}
     * @param error           what the bot said against it, or the server's code; empty for nothing
     * @param chargeId        what it is known by once it is paid, else empty
     * @param shippingOptions an array of ShippingOption as JSON once the bot has offered some
     * @param asks            what is still to be told before it can be paid, by the names of OrderInfo
     */
    public record Status(
            String stage,
            String error,
            String chargeId,
            @Nullable String shippingOptions,
            List<String> asks) {
        public Status {
            asks = List.copyOf(asks);
        }
    }

    private final Gate gate;
    private final Stage stage;

    Payments(Stage stage) {
        this.stage = stage;
        gate = stage.gate();
    }

    private Checkouts checkouts() {
        return stage.core().interactions().checkouts;
    }

    /**
     * Taps on the button to pay.
     *
     * @return the payment
     */
    public long begin(long userId, long chatId, int messageId) {
        return gate.pass(() -> {
            var person = stage.account(userId);
            var chat = stage.chatOf(person, chatId);
            var message = chat.message(messageId);
            if (message == null || !(message.content() instanceof InvoiceContent content)) {
                throw new IllegalArgumentException("message " + messageId + " is no invoice");
            }
            var seller = message.posting().by().viaBot() == null
                    ? message.author()
                    : message.posting().by().viaBot();
            return checkouts().begin(stage.bot(seller.id()), person, chat, content.invoice()).id;
        });
    }

    /** Opens a link that createInvoiceLink made. */
    public long beginLink(long userId, String link) {
        return gate.pass(() -> {
            var person = stage.account(userId);
            var linked = checkouts().linked(link);
            if (linked == null) throw new IllegalArgumentException("no invoice at " + link);
            var bot = linked.getKey();
            return checkouts().begin(bot, person, stage.privateChat(bot, person), linked.getValue()).id;
        });
    }

    /**
     * Says where to deliver; the bot is asked what it offers there if the price depends on it.
     *
     * @param address the fields of a ShippingAddress
     */
    public void ship(long paymentId, Map<String, String> address) {
        gate.pass(() -> {
            var checkout = open(paymentId);
            var json = new JsonWriter().object();
            for (var field :
                    new String[] {"country_code", "state", "city", "street_line1", "street_line2", "post_code"}) {
                json.field(field, address.getOrDefault(field, ""));
            }
            var written = json.endObject().toString();
            checkout.address = written;
            if (checkout.invoice.flexible()) checkouts().askShipping(checkout, written);
            return checkout;
        });
    }

    /**
     * Says who pays, as far as the bot asks for it.
     *
     * @param who {@code name}, {@code phone_number} and {@code email}
     */
    public void introduce(long paymentId, Map<String, String> who) {
        gate.pass(() -> {
            var checkout = open(paymentId);
            for (var each : who.entrySet()) {
                if (each.getKey().equals("shipping_address")
                        || !checkout.invoice.asks().contains(each.getKey())) {
                    throw new IllegalArgumentException("the bot does not ask for " + each.getKey());
                }
                if (each.getValue().isBlank()) throw new IllegalArgumentException(each.getKey() + " is empty");
            }
            checkout.told.putAll(who);
            return checkout;
        });
    }

    /**
     * Adds a tip, instead of one before it.
     *
     * @param amount in the smallest unit of the currency, 0 for none
     */
    public void tip(long paymentId, long amount) {
        gate.pass(() -> {
            var checkout = open(paymentId);
            if (amount < 0 || amount > checkout.invoice.mostTip()) {
                throw new IllegalArgumentException("a tip is 0 to " + checkout.invoice.mostTip() + ": " + amount);
            }
            checkout.tip = amount;
            return checkout;
        });
    }

    /** Agrees to pay; the bot is asked to confirm within ten seconds. */
    public void pay(long paymentId) {
        gate.pass(() -> {
            var checkout = open(paymentId);
            if (checkout.invoice.flexible() && checkout.shippingOption.isEmpty()) {
                throw new IllegalArgumentException("choose a shipping option first");
            }
            if (!checkout.asks().isEmpty()) {
                throw new IllegalArgumentException("the bot asks for " + String.join(", ", checkout.asks()) + " first");
            }
            checkouts().askCheckout(checkout);
            return checkout;
        });
    }

    /** Chooses one of the ways of delivery that the bot offered. */
    public void choose(long paymentId, String shippingOptionId) {
        gate.pass(() -> {
            var checkout = open(paymentId);
            var options = Lenient.json(checkout.shippingOptions);
            if (options != null) {
                for (var option : options.values()) {
                    if (!Lenient.text(option, "id").equals(shippingOptionId)) continue;
                    checkout.shippingOption = shippingOptionId;
                    checkout.shippingCost = Invoice.prices(option.get("prices")).stream()
                            .mapToLong(Long::longValue)
                            .sum();
                    return checkout;
                }
            }
            throw new IllegalArgumentException("the bot offers no " + shippingOptionId);
        });
    }

    /** How a payment stands. */
    public Status status(long paymentId) {
        return gate.read(() -> {
            var checkout = checkouts().checkout(paymentId);
            return new Status(
                    checkout.stage.name().toLowerCase(Locale.ROOT),
                    checkout.error,
                    checkout.chargeId,
                    checkout.shippingOptions,
                    checkout.asks());
        });
    }

    /** Ends a subscription at the end of what is paid, or takes it up again; the bot is told. */
    public void cancelSubscription(String chargeId, boolean canceled) {
        gate.pass(() -> {
            var charge = checkouts().charge(chargeId);
            if (charge.invoice.subscriptionSeconds() == 0) {
                throw new IllegalArgumentException(chargeId + " is no subscription");
            }
            checkouts().cancel(charge, canceled, true);
            return charge;
        });
    }

    /** Puts Stars into the purse of a bot or person, from nowhere. */
    public void grantStars(long userId, long amount) {
        gate.pass(() -> {
            var account = stage.account(userId);
            var partner = new JsonWriter().object().field("type", "other").endObject();
            var interactions = stage.core().interactions();
            interactions.stars.earn(account, "grant" + interactions.nextId(), amount, partner);
            return account;
        });
    }

    private Checkout open(long paymentId) {
        var checkout = checkouts().checkout(paymentId);
        if (checkout.stage != Checkout.Stage.OPEN) {
            throw new IllegalArgumentException(
                    "payment " + paymentId + " is " + checkout.stage.name().toLowerCase(Locale.ROOT));
        }
        return checkout;
    }
}
