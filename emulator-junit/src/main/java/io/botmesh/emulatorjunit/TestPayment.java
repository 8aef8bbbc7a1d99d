package io.botmesh.emulatorjunit;

import io.botmesh.world.Payments;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/** A payment that a person has begun. */
public final class TestPayment {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> OVER = Set.of("paid", "failed");

    private final Telegram telegram;
    private final TestPerson person;
    private final long id;

    TestPayment(Telegram telegram, TestPerson person, long id) {
        this.telegram = telegram;
        this.person = person;
        this.id = id;
    }

    /** Says where to deliver, by the names of {@code ShippingAddress}; the bot is asked what it offers there. */
    public TestPayment ships(Map<String, String> address) {
        payments().ship(id, address);
        return this;
    }

    /** Titles of the ways of delivery that the bot offers. */
    public List<String> awaitShippingOptions() {
        var json = telegram.await(any -> status().shippingOptions(), () -> person + " waits for the ways of delivery");
        var titles = new ArrayList<String>();
        for (var option : JSON.readTree(json)) titles.add(option.path("title").stringValue(""));
        return titles;
    }

    /** Chooses the way of delivery of that title; waits until the bot offers some. */
    public TestPayment chooses(String title) {
        var offered = awaitShippingOptions();
        int at = offered.indexOf(title);
        if (at < 0) throw new IllegalArgumentException("the bot offers no \"" + title + "\" but " + offered);
        var options = JSON.readTree(String.valueOf(status().shippingOptions()));
        payments().choose(id, options.path(at).path("id").stringValue(""));
        return this;
    }

    /** Says who pays, as far as the bot asks for it: {@code name}, {@code phone_number} and {@code email}. */
    public TestPayment introduces(Map<String, String> who) {
        payments().introduce(id, who);
        return this;
    }

    /** Adds a tip, in the smallest unit of the currency. */
    public TestPayment tips(long amount) {
        payments().tip(id, amount);
        return this;
    }

    /** Agrees to pay; the bot is asked to confirm. */
    public TestPayment pays() {
        payments().pay(id);
        return this;
    }

    /** How it ended, {@code paid} or {@code failed}, with the bot's reason. */
    public Payments.Status awaitEnd() {
        return telegram.await(
                any -> OVER.contains(status().stage()) ? status() : null,
                () -> person + " waits for the end of a payment that is " + status().stage());
    }

    public Payments.Status status() {
        return payments().status(id);
    }

    private Payments payments() {
        return telegram.world().people().payments();
    }
}
