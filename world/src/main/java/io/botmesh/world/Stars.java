package io.botmesh.world;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The Stars of bots and of people's business accounts, with what came in and went out. */
final class Stars {
    /**
     * @param amount   negative for what went out
     * @param partner  a {@code TransactionPartner} as JSON
     */
    private record Transaction(String id, long amount, long date, String partner) {}

    private static final class Purse {
        final List<Transaction> transactions = new ArrayList<>();
        long balance;
    }

    private final Agenda agenda;
    private final Map<Long, Purse> purses = new HashMap<>();

    Stars(Agenda agenda) {
        this.agenda = agenda;
    }

    long balance(Account account) {
        var purse = purses.get(account.id());
        return purse == null ? 0 : purse.balance;
    }

    /** Whether its Stars are counted: those of a person are once it got some, until then it has as many as it needs. */
    boolean counts(Account account) {
        return purses.containsKey(account.id());
    }

    void earn(Account account, String id, long amount, JsonWriter partner) {
        book(account, id, amount, partner);
    }

    /** Refused if there are not so many. */
    void spend(Account account, String id, long amount, JsonWriter partner) {
        if (balance(account) < amount) throw Refused.of(400, "BALANCE_TOO_LOW");
        book(account, id, -amount, partner);
    }

    /** The oldest first. */
    JsonWriter write(JsonWriter json, Account account, int from, int limit) {
        json.object().name("transactions").array();
        var purse = purses.get(account.id());
        var all = purse == null ? List.<Transaction>of() : purse.transactions;
        for (int i = from; i < all.size() && i - from < limit; i++) {
            var one = all.get(i);
            json.object()
                    .field("id", one.id())
                    .field("amount", Math.abs(one.amount()))
                    .field("date", one.date())
                    .name(one.amount() < 0 ? "receiver" : "source")
                    .raw(one.partner().getBytes(ISO_8859_1))
                    .endObject();
        }
        return json.endArray().endObject();
    }

    static JsonWriter writeAmount(long amount) {
        return new JsonWriter().object().field("amount", amount).endObject();
    }

    private void book(Account account, String id, long amount, JsonWriter partner) {
        var purse = purse(account);
        purse.balance += amount;
        purse.transactions.add(new Transaction(id, amount, agenda.seconds(), partner.toString()));
    }

    private Purse purse(Account account) {
        return purses.computeIfAbsent(account.id(), any -> new Purse());
    }
}
