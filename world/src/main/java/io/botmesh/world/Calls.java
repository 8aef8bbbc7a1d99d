package io.botmesh.world;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The latest calls that bots made, with what they were told. The oldest are forgotten once there are more than
 * {@link WorldOptions#recordedCalls()}, or more than 16 Mi characters in them. Of a
 * result of more than 16 Ki characters only the length is kept, as {@code {"omitted_characters":…}}.
 */
public final class Calls {
    private static final long MOST_CHARACTERS = 16 << 20;
    /** Batches of updates are longer; to hold on to many of them keeps the collector busy. */
    private static final int MOST_RESULT = 16 << 10;

    private static final int OVERHEAD = 200;
    private static final int ARGUMENT_OVERHEAD = 64;
    private static final Pattern TOKEN = Pattern.compile("\\b(\\d{3,19}):[A-Za-z0-9_-]{20,}");
    private static final String HIDDEN = "***";

    /** A call whose end may still be open. */
    static final class Entry {
        private final long sequence;
        private final Instant at;
        private final String method;
        private final @Nullable Long chatId;
        private final Map<String, String> arguments;
        private final List<Long> faults = new ArrayList<>(0);
        private long botId;
        private long weight = OVERHEAD;
        private boolean forgotten;
        private @Nullable Reply reply;
        private @Nullable Instant answered;

        private Entry(long sequence, Instant at, String method, @Nullable Long chatId, Map<String, String> arguments) {
            this.sequence = sequence;
            this.at = at;
            this.method = method;
            this.chatId = chatId;
            this.arguments = arguments;
        }

        void by(Bot bot) {
            botId = bot.id();
        }

        void struckBy(long faultId) {
            faults.add(faultId);
        }
    }

    private final Gate gate;
    private final Watchers watchers;
    private final int most;
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private long weight;
    private long last;

    Calls(Gate gate, Watchers watchers, int most) {
        this.gate = gate;
        this.watchers = watchers;
        this.most = most;
    }

    /** The calls that pass the filter, oldest first. */
    public List<RecordedCall> list(CallFilter filter) {
        return gate.read(() -> matching(filter).stream().map(Calls::open).toList());
    }

    /** The sequence number of the latest call, 0 before the first; calls after it come with {@link CallFilter#withAfter}. */
    public long last() {
        return gate.read(() -> last);
    }

    /** As {@link #list}, as a JSON array in pure ASCII. */
    public String listJson(CallFilter filter) {
        var calls = list(filter);
        var json = new JsonWriter(1024).array();
        for (var call : calls) CallJson.write(json, call);
        return json.endArray().toString();
    }

    /** Forgets all calls; their numbers go on. */
    public void clear() {
        gate.read(() -> {
            entries.forEach(entry -> entry.forgotten = true);
            entries.clear();
            weight = 0;
            return last;
        });
    }

    Entry begin(Instant at, String method, @Nullable Long chatId, Arguments arguments) {
        var entry = new Entry(++last, at, method, chatId, most == 0 ? Map.of() : texts(arguments));
        if (most == 0) return entry;
        entry.arguments.forEach((name, value) -> entry.weight += ARGUMENT_OVERHEAD + name.length() + value.length());
        entries.addLast(entry);
        weight += entry.weight;
        trim();
        return entry;
    }

    void end(Entry entry, Reply reply, Instant at) {
        if (most == 0 || entry.forgotten) return;
        var kept = reply instanceof Reply.Ok ok && ok.resultLength() > MOST_RESULT
                ? new Reply.Ok("{\"omitted_characters\":" + ok.resultLength() + "}", ok.description())
                : reply;
        entry.reply = kept;
        entry.answered = at;
        long more = switch (kept) {
            case Reply.Ok ok -> ok.resultLength();
            case Reply.Raw raw -> raw.body().length();
            default -> 0;
        };
        entry.weight += more;
        weight += more;
        trim();
        watchers.changed(Happening.Changed.What.CALL, entry.sequence);
    }

    private void trim() {
        while (entries.size() > most || weight > MOST_CHARACTERS) {
            var oldest = entries.pollFirst();
            if (oldest == null) return;
            oldest.forgotten = true;
            weight -= oldest.weight;
        }
    }

    /** Files are told by name and size only, so that nothing holds on to their bytes. */
    private static Map<String, String> texts(Arguments arguments) {
        var texts = new LinkedHashMap<String, String>();
        var names = arguments.names();
        var values = arguments.values();
        for (int i = 0; i < names.size(); i++) texts.putIfAbsent(names.get(i), values.get(i));
        for (var upload : arguments.uploads()) {
            texts.putIfAbsent(
                    upload.field(), upload.fileName() + " (" + upload.content().size() + " bytes)");
        }
        return texts;
    }

    private List<Entry> matching(CallFilter filter) {
        var wanted = filter.method() == null ? null : MethodNames.find(filter.method());
        var method = wanted == null ? filter.method() : wanted;
        var matching = new ArrayList<Entry>();
        for (var newest = entries.descendingIterator(); newest.hasNext() && matching.size() < filter.most(); ) {
            var entry = newest.next();
            if (entry.sequence <= filter.after()) break;
            if (filter.botId() != null && filter.botId() != entry.botId) continue;
            if (method != null && !method.equalsIgnoreCase(entry.method)) continue;
            if (filter.chatId() != null && !filter.chatId().equals(entry.chatId)) continue;
            if (filter.ok() != null && (entry.reply == null || filter.ok() != entry.reply instanceof Reply.Ok))
                continue;
            matching.add(entry);
        }
        Collections.reverse(matching);
        return matching;
    }

    private static RecordedCall open(Entry entry) {
        var arguments = new LinkedHashMap<String, String>();
        entry.arguments.forEach((name, value) ->
                arguments.put(TextCleaner.readable(name), name.endsWith("token") ? HIDDEN : hide(value)));
        var reply = entry.reply instanceof Reply.Ok ok
                ? new Reply.Ok(hide(ok.resultJson()), ok.description())
                : entry.reply;
        return new RecordedCall(
                entry.sequence,
                entry.at,
                entry.botId,
                hide(entry.method),
                entry.chatId,
                Collections.unmodifiableMap(arguments),
                reply,
                entry.answered == null ? null : Duration.between(entry.at, entry.answered),
                List.copyOf(entry.faults));
    }

    /** Leaves of every token only whose it is. */
    static String hide(String raw) {
        var text = TextCleaner.readable(raw);
        return text.indexOf(':') < 0 ? text : TOKEN.matcher(text).replaceAll("$1:" + HIDDEN);
    }
}
