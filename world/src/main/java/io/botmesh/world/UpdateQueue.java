package io.botmesh.world;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The updates that wait for one bot, with the numbering, expiry and caps of the server. Holds no clock: times are Unix
 * seconds and come in as arguments.
 *
 * <p>Payloads are the bytes {@code "kind":{…}} and may be shared between the queues of many bots.
 */
final class UpdateQueue {
    static final int MOST_UPDATES = 100_000;
    static final int MOST_TOTAL_BYTES = 128 << 20;
    static final int MOST_UPDATE_BYTES = 512 << 10;

    private static final int LEAST_FIRST_ID = 2_000_001;
    private static final int MOST_FIRST_ID = 1_000_000_000;
    private static final int END_OF_IDS = 2_000_000_000;
    private static final int FUTURE_SLACK = 10;
    private static final int MOST_ANSWER_BYTES = 1 << 22;
    private static final int ANSWER_OVERHEAD = 50;
    private static final int AFTER_ID = 2;
    private static final byte[] BEFORE_ID = "{\"update_id\":".getBytes(ISO_8859_1);
    private static final int SWEEP_SECONDS = 60;
    private static final int MOST_GAPS = 256;

    private static final class Entry {
        final int id;
        final long lane;
        final long expiresAt;
        byte @Nullable [] payload; // null once expired or forgotten

        Entry(int id, long lane, long expiresAt, byte[] payload) {
            this.id = id;
            this.lane = lane;
            this.expiresAt = expiresAt;
            this.payload = payload;
        }
    }

    /** Some updates, in order, and the offset that the same poll goes on with when it has to wait. */
    record Batch(int updateOffset, List<Item> items) {
        boolean isEmpty() {
            return items.isEmpty();
        }

        /** The {@code result} of getUpdates, cut where the answer would grow too big. */
        Reply.Ok.Result result() {
            int room = MOST_ANSWER_BYTES;
            int size = 2;
            int count = 0;
            for (var item : items) {
                room -= ANSWER_OVERHEAD + item.payload.length;
                if (room <= 0) break;
                size += BEFORE_ID.length + digits(item.id) + AFTER_ID + item.payload.length + 1;
                count++;
            }
            return new Result(items.subList(0, count), size + Math.max(0, count - 1));
        }

        private record Result(List<Item> items, int length) implements Reply.Ok.Result {
            @Override
            public void copyTo(byte[] into, int from) {
                int at = from;
                into[at++] = '[';
                for (int i = 0; i < items.size(); i++) {
                    var item = items.get(i);
                    if (i > 0) into[at++] = ',';
                    System.arraycopy(BEFORE_ID, 0, into, at, BEFORE_ID.length);
                    at = putNumber(item.id, into, at + BEFORE_ID.length);
                    into[at++] = ',';
                    into[at++] = '\n';
                    System.arraycopy(item.payload, 0, into, at, item.payload.length);
                    at += item.payload.length;
                    into[at++] = '}';
                }
                into[at] = ']';
            }
        }

        private static int digits(int number) {
            int digits = 1;
            for (int rest = number / 10; rest > 0; rest /= 10) digits++;
            return digits;
        }

        /** Writes a positive number; returns where it ends. */
        private static int putNumber(int number, byte[] bytes, int at) {
            int end = at + digits(number);
            for (int i = end - 1, rest = number; i >= at; i--, rest /= 10) bytes[i] = (byte) ('0' + rest % 10);
            return end;
        }
    }

    /** One update of a batch. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and a copy of every payload would cost
    record Item(int id, long lane, long expiresAt, byte[] payload) {
        /** A whole {@code Update}. */
        byte[] json() {
            var head = ("{\"update_id\":" + id + ",\n").getBytes(ISO_8859_1);
            var json = Arrays.copyOf(head, head.length + payload.length + 1);
            System.arraycopy(payload, 0, json, head.length, payload.length);
            json[json.length - 1] = '}';
            return json;
        }
    }

    private final RandomGenerator random;
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private int tail; // id of the next update; 0 until there was one
    private int live;
    private long bytes;
    private long forgotten;
    private long sweptAt = Long.MIN_VALUE;

    UpdateQueue(RandomGenerator random) {
        this.random = random;
    }

    /**
     * Takes an update; false if it was dropped because the queue is full or the update too big.
     *
     * @param lane updates with the same one go through a webhook in order; 0 for an update of its own
     */
    boolean add(byte[] payload, long lane, long expiresAt, long now) {
        sweep(now);
        if (live >= MOST_UPDATES || payload.length > MOST_UPDATE_BYTES || bytes > MOST_TOTAL_BYTES - payload.length) {
            return false;
        }
        if (tail == 0) tail = firstId();
        if (tail + 1 >= END_OF_IDS) {
            entries.clear();
            live = 0;
            bytes = 0;
            tail = firstId();
        }
        entries.addLast(new Entry(tail++, lane, expiresAt, payload));
        live++;
        bytes += payload.length;
        return true;
    }

    /** What one poll gets. Confirms, drops and expires as the offset and the time ask for. */
    Batch poll(int updateOffset, int limit, long now) {
        sweep(now);
        if (updateOffset < 0) dropAllBut(-(long) updateOffset);
        int from = updateOffset <= 0 && tail != 0 ? head() : updateOffset;
        if (from <= 0 || tail == 0) return new Batch(from, List.of());
        boolean sane = from < END_OF_IDS && from <= (long) tail + FUTURE_SLACK && from >= (long) head() - MOST_UPDATES;
        if (sane) forgetBefore(from);
        var items = new ArrayList<Item>(Math.min(limit, live));
        for (var entry : entries) {
            if (items.size() == limit) break;
            var payload = entry.payload;
            if (payload == null) continue;
            if (entry.expiresAt < now) {
                forget(entry);
            } else {
                items.add(new Item(entry.id, entry.lane, entry.expiresAt, payload));
            }
        }
        dropDeadHead();
        return new Batch(from, items);
    }

    /** What comes after an update, in order; everything if there never was one with that id. Confirms nothing. */
    List<Item> after(int id, int limit, long now) {
        sweep(now);
        var items = new ArrayList<Item>();
        boolean known = id < tail;
        for (var entry : entries) {
            if (items.size() == limit) break;
            var payload = entry.payload;
            if (payload == null || (known && entry.id <= id) || entry.expiresAt < now) continue;
            items.add(new Item(entry.id, entry.lane, entry.expiresAt, payload));
        }
        return items;
    }

    /** Confirms that update alone; nothing happens if it is gone. */
    void confirm(int id) {
        for (var entry : entries) {
            if (entry.id < id) continue;
            if (entry.id == id) forget(entry);
            break;
        }
        dropDeadHead();
        // What goes from the middle stays as a gap that everybody has to step over.
        if (entries.size() - live > live + MOST_GAPS) entries.removeIf(entry -> entry.payload == null);
    }

    /** Updates that wait. */
    int size(long now) {
        sweep(now);
        return live;
    }

    /** How many went so far, whatever for; for whoever has to know whether something changed. */
    long forgotten() {
        return forgotten;
    }

    /** Drops everything that waits. */
    void clear() {
        dropAllBut(0);
    }

    /** Lets the ids go on from a random one, which may be lower, as the server does after a quiet week. Nothing may wait. */
    int jump() {
        if (live > 0) throw new IllegalStateException(live + " updates wait");
        entries.clear();
        tail = firstId();
        return tail;
    }

    private int head() {
        var first = entries.peekFirst();
        return first == null ? tail : first.id;
    }

    private int firstId() {
        return random.nextInt(LEAST_FIRST_ID, MOST_FIRST_ID + 1);
    }

    private void forgetBefore(int id) {
        for (var first = entries.peekFirst(); first != null && first.id < id; first = entries.peekFirst()) {
            forget(first);
            entries.removeFirst();
        }
        dropDeadHead();
    }

    private void dropAllBut(long keep) {
        for (var first = entries.peekFirst(); first != null && live > keep; first = entries.peekFirst()) {
            forget(first);
            entries.removeFirst();
        }
        dropDeadHead();
    }

    private void dropDeadHead() {
        for (var first = entries.peekFirst(); first != null && first.payload == null; first = entries.peekFirst()) {
            entries.removeFirst();
        }
    }

    private void forget(Entry entry) {
        var payload = entry.payload;
        if (payload == null) return;
        live--;
        forgotten++;
        bytes -= payload.length;
        entry.payload = null;
    }

    private void sweep(long now) {
        // By the full minute, so that it does not matter who happens to look when.
        long minute = now - Math.floorMod(now, SWEEP_SECONDS);
        if (minute <= sweptAt) return;
        sweptAt = minute;
        for (var entry : entries) if (entry.expiresAt < minute) forget(entry);
        dropDeadHead();
        entries.removeIf(entry -> entry.payload == null);
    }
}
