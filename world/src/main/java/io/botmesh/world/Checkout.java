package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/** One person on the way to pay one invoice. */
final class Checkout {
    enum Stage {
        /** The person may choose an address or pay. */
        OPEN,
        /** The bot is asked where it delivers. */
        SHIPPING,
        /** The bot is asked whether it has what is to be paid. */
        CONFIRMING,
        PAID,
        FAILED
    }

    final long id;
    final Bot bot;
    final Account person;
    final Chat chat;
    final Invoice invoice;

    Stage stage = Stage.OPEN;
    long queryId;
    long askedAt;
    /** An {@code OrderInfo} as JSON. */
    @Nullable
    String orderInfo;
    /** An array of {@code ShippingOption}. */
    @Nullable
    String shippingOptions;

    String shippingOption = "";
    long shippingCost;
    String error = "";
    String chargeId = "";

    Checkout(long id, Bot bot, Account person, Chat chat, Invoice invoice) {
        this.id = id;
        this.bot = bot;
        this.person = person;
        this.chat = chat;
        this.invoice = invoice;
    }

    long total() {
        return invoice.total() + shippingCost;
    }
}
