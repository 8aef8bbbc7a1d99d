package io.botmesh.world;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
    /** What the person told, by the names of {@code OrderInfo}. */
    final Map<String, String> told = new TreeMap<>();
    /** A {@code ShippingAddress} as JSON. */
    @Nullable
    String address;
    /** An array of {@code ShippingOption}. */
    @Nullable
    String shippingOptions;

    String shippingOption = "";
    long shippingCost;
    long tip;
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
        return invoice.total() + shippingCost + tip;
    }

    /** What the person has still to tell before it can pay. */
    List<String> asks() {
        return invoice.asks().stream()
                .filter(what -> what.equals("shipping_address") ? address == null : !told.containsKey(what))
                .sorted()
                .toList();
    }

    /** Writes the fields of an {@code order_info} if there is anything to tell. */
    void writeOrder(JsonWriter json) {
        if (!shippingOption.isEmpty()) json.field("shipping_option_id", shippingOption);
        if (told.isEmpty() && address == null) return;
        json.name("order_info").object();
        for (var what : new String[] {"name", "phone_number", "email"}) {
            var said = told.get(what);
            if (said != null) json.field(what, said);
        }
        if (address != null) json.name("shipping_address").raw(address.getBytes(ISO_8859_1));
        json.endObject();
    }
}
