package io.botmesh.cli;

import io.botmesh.botapi.DecodeException;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.Codec;
import io.botmesh.runner.DeadLetters;
import io.botmesh.runner.FileJournal;
import io.botmesh.runner.Journal;
import io.botmesh.store.Database;
import io.botmesh.store.JdbcJournal;
import io.botmesh.store.LeaseOptions;
import io.botmesh.store.PostgresDatabase;
import io.botmesh.store.PostgresLease;
import io.botmesh.store.SqliteDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/**
 * Looks into a bot's journal. It belongs to one process, so all of this waits until the bot is stopped: what is changed
 * here is there at its next start.
 */
@Command(
        name = "journal",
        description = {
            "Look into the journal of a bot that is stopped: what waits, and what was given up.",
            "While the bot runs its journal is in use, and these commands say so."
        })
final class JournalCommand {
    /** That many are done at once, as far as anybody can see. */
    private static final int FEW = 500;

    private static final int PAGE = 1_000;
    /** Control characters but for those of text in lines. */
    private static final Pattern COMMANDING = Pattern.compile("[\\p{Cc}&&[^\\n\\t]]");

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Botmesh botmesh;

    /** Which journal. */
    static final class Where {
        @Option(
                names = "--journal",
                required = true,
                paramLabel = "FOLDER|FILE|URL",
                description = {
                    "The journal's folder, or SQLite file, or postgresql://USER@HOST/DATABASE; the password is taken from"
                            + " PGPASSWORD.",
                    "In PostgreSQL a bot that has its lease, as 'botmesh run' does, is left alone; one that has none loses"
                            + " its journal to this command."
                })
        @SuppressWarnings("NullAway.Init") // set by picocli
        private String place;

        @Option(
                names = "--bot",
                paramLabel = "ID",
                description = "The bot's number, which its token begins with; not needed if there is one bot.")
        private @Nullable Long bot;

        /** What is there: opening makes files and folders, and nobody who mistypes a name wants that. */
        JournalPlace place() {
            var parsed = JournalPlace.parse(place, System.getenv());
            boolean there = switch (parsed) {
                case JournalPlace.Folder(var folder) -> Files.isDirectory(folder);
                case JournalPlace.Sqlite(var file) -> Files.exists(file);
                case JournalPlace.Postgres remote -> true;
            };
            if (!there) throw CommandException.wrongUse("there is no folder or file " + place);
            if (parsed instanceof JournalPlace.Sqlite(var file) && isEmpty(file))
                throw CommandException.wrongUse("no bot has a journal in " + place + ", which is empty");
            return parsed;
        }

        private static boolean isEmpty(Path file) {
            try {
                return Files.isRegularFile(file)
                        && Files.size(file) == 0
                        && Files.notExists(file.resolveSibling(file.getFileName() + "-wal"));
            } catch (IOException broken) {
                return false; // whoever opens it says why
            }
        }
    }

    /** Opens the journal of the one bot that is meant. */
    private int with(Where where, Consumer<Journal<byte[]>> use) {
        switch (where.place()) {
            case JournalPlace.Folder(var folder) -> {
                try (var journal = journal(folder, bot(where, FileJournal.bots(folder)))) {
                    use.accept(journal);
                }
            }
            case JournalPlace.Sqlite(var file) -> {
                try (var database = SqliteDatabase.open(file)) {
                    use(database, bot(where, JdbcJournal.bots(database)), use);
                }
            }
            case JournalPlace.Postgres(var place) -> {
                try (var database = PostgresDatabase.openExisting(place.url(), place.user(), place.password())
                        .orElseThrow(() -> CommandException.wrongUse("no bot has a journal in " + place))) {
                    long bot = bot(where, JdbcJournal.bots(database));
                    var how = LeaseOptions.ofBot(bot).withAsking(false);
                    try (var lease = PostgresLease.open(place.url(), place.user(), place.password(), how)) {
                        if (!lease.tryAcquire())
                            throw CommandException.failed("the journal of bot " + bot + " in " + place
                                    + " is in use by a program that has its lease: stop that one");
                        use(database, bot, use);
                    }
                }
            }
        }
        return ExitCodes.OK;
    }

    private static void use(Database database, long bot, Consumer<Journal<byte[]>> use) {
        try (var journal = new JdbcJournal<>(database, bot, JournalCommand::updateId, Codec.bytes())) {
            use.accept(journal);
        }
    }

    private static FileJournal<byte[]> journal(Path folder, long bot) {
        return FileJournal.open(folder, bot, JournalCommand::updateId, Codec.bytes());
    }

    private static long bot(Where where, List<Long> bots) {
        var wanted = where.bot;
        if (wanted != null && !bots.contains(wanted))
            throw CommandException.wrongUse("no journal of bot " + wanted + " in " + where.place + "; it has " + bots);
        if (wanted != null) return wanted;
        if (bots.size() == 1) return bots.getFirst();
        throw CommandException.wrongUse(
                bots.isEmpty() ? "no bot has a journal in " + where.place : "name one of these by --bot: " + bots);
    }

    private static Optional<RawUpdate> scanned(byte[] json) {
        try {
            return Optional.of(RawUpdate.parse(json));
        } catch (DecodeException unreadable) {
            return Optional.empty();
        }
    }

    private static long updateId(byte[] json) {
        return scanned(json).map(RawUpdate::updateId).orElse(0L);
    }

    /** What is common to an entry and a dead letter. */
    private static Map<String, Object> row(long sequence, byte[] json, int attempts) {
        var row = new LinkedHashMap<String, Object>();
        row.put("sequence", sequence);
        scanned(json).ifPresent(update -> {
            row.put("update", update.updateId());
            row.put("kind", update.kind());
            if (update.chatId() != null) row.put("chat", update.chatId());
        });
        row.put("attempts", attempts);
        row.put("bytes", json.length);
        return row;
    }

    private static Map<String, Object> row(Journal.Entry<byte[]> entry) {
        var row = row(entry.sequence(), entry.update(), entry.attempts());
        row.put("vanished", entry.vanished());
        return row;
    }

    private static Map<String, Object> row(DeadLetters.Letter<byte[]> letter) {
        var row = row(letter.sequence(), bytes(letter), letter.attempts());
        row.put("at", letter.at().toString());
        row.put("cause", letter.cause().type());
        row.put("message", letter.cause().message());
        return row;
    }

    private static byte[] bytes(DeadLetters.Letter<byte[]> letter) {
        var bytes = letter.update();
        return bytes == null ? new byte[0] : bytes;
    }

    private void print(List<Map<String, Object>> rows, String name, long total) {
        if (botmesh.json()) {
            botmesh.terminal().print(Json.write(Map.of(name, rows, "total", total)));
            return;
        }
        for (var row : rows) {
            var message = row.containsKey("message")
                    ? "  " + row.get("cause") + ": "
                            + String.valueOf(row.get("message")).replaceAll("\\s+", " ")
                    : "";
            say(String.format(
                    Locale.ROOT,
                    "%12s  %-24s update %-12s chat %-16s attempts %s%s",
                    row.get("sequence"),
                    row.getOrDefault("kind", "unreadable"),
                    row.getOrDefault("update", "-"),
                    row.getOrDefault("chat", "-"),
                    row.get("attempts"),
                    message));
        }
        botmesh.terminal()
                .print(total + " " + name + (total > rows.size() ? ", the first " + rows.size() + " shown" : ""));
    }

    @Command(name = "ls", description = "List the updates that have not ended, the oldest first.")
    int ls(
            @Mixin Where where,
            @Option(names = "--limit", defaultValue = "100", description = "Most lines; default ${DEFAULT-VALUE}.")
                    int limit) {
        return with(
                where,
                journal -> print(
                        journal.undone(0, atLeastOne(limit)).stream()
                                .limit(limit)
                                .map(JournalCommand::row)
                                .toList(),
                        "waiting",
                        journal.size()));
    }

    @Command(name = "dead", description = "List the updates that were given up, and why.")
    int dead(
            @Mixin Where where,
            @Option(names = "--limit", defaultValue = "100", description = "Most lines; default ${DEFAULT-VALUE}.")
                    int limit) {
        return with(
                where,
                journal -> print(
                        journal.deadLetters().list(0, atLeastOne(limit)).stream()
                                .map(JournalCommand::row)
                                .toList(),
                        "dead",
                        journal.deadLetters().count()));
    }

    private static int atLeastOne(int limit) {
        if (limit < 1) throw CommandException.wrongUse("--limit is at least 1, not " + limit);
        return limit;
    }

    @Command(name = "show", description = "Print one update as it came; of a dead one also the cause.")
    int show(
            @Mixin Where where,
            @Parameters(paramLabel = "SEQUENCE", description = "Its number, as ls and dead show it.") long sequence) {
        return with(where, journal -> {
            var letter = journal.deadLetters().list(sequence - 1, 1).stream()
                    .filter(one -> one.sequence() == sequence)
                    .findFirst();
            var entry = journal.undone(sequence - 1, 1).stream()
                    .filter(one -> one.sequence() == sequence)
                    .findFirst();
            if (letter.isEmpty() && entry.isEmpty()) throw none(sequence);
            var row = letter.map(JournalCommand::row).orElseGet(() -> row(entry.orElseThrow()));
            var json = letter.map(JournalCommand::bytes)
                    .orElseGet(() -> entry.orElseThrow().update());
            var text = new String(json, StandardCharsets.UTF_8);
            if (botmesh.json()) {
                row.put("raw", text);
                letter.ifPresent(one -> row.put("stack", one.cause().stack()));
                botmesh.terminal().print(Json.write(row));
            } else {
                row.forEach((name, value) -> say(name + ": " + value));
                letter.ifPresent(one -> say(one.cause().stack()));
                say(text);
            }
        });
    }

    /** For people: what users have sent, and causes quote it, must not command the terminal. */
    private void say(String text) {
        botmesh.terminal().print(COMMANDING.matcher(text).replaceAll("\ufffd"));
    }

    private static CommandException none(long sequence) {
        return CommandException.failed("there is no " + sequence + "; see what there is by ls and dead");
    }

    /** Which dead letters. */
    static final class Which {
        @Parameters(paramLabel = "SEQUENCE", arity = "0..*", description = "Their numbers, as dead shows them.")
        private List<Long> sequences = new ArrayList<>();

        @Option(names = "--all", description = "All of them.")
        private boolean all;
    }

    @Command(
            name = "replay",
            description = "Put dead updates back, as if they had just arrived: the bot handles them at its next start.")
    int replay(@Mixin Where where, @Mixin Which which) {
        return each(where, which, "replayed", letters -> letters::replay);
    }

    @Command(name = "discard", description = "Forget dead updates for good.")
    int discard(@Mixin Where where, @Mixin Which which) {
        return each(where, which, "discarded", letters -> letters::discard);
    }

    private interface Act {
        boolean on(long sequence);
    }

    private int each(Where where, Which which, String done, Function<DeadLetters<byte[]>, Act> act) {
        if (which.all == !which.sequences.isEmpty())
            throw CommandException.wrongUse(
                    "name dead letters by their numbers, or take --all" + (which.all ? ", not both" : ""));
        return with(where, journal -> {
            var letters = journal.deadLetters();
            // Replays add entries, not letters, so what is listed once is all.
            var sequences = which.all ? all(letters) : which.sequences;
            var known = new HashSet<>(which.all ? sequences : all(letters));
            for (long sequence : sequences) if (!known.contains(sequence)) throw notDead(journal, sequence);
            var acted = act(sequences, act.apply(letters), done);
            if (botmesh.json()) botmesh.terminal().print(Json.write(Map.of(done, acted)));
            else botmesh.terminal().print(acted.size() + " " + done);
        });
    }

    /** Says how far it is if that takes long. */
    private List<Long> act(List<Long> sequences, Act act, String done) {
        var progress = new Progress(botmesh.terminal(), Boolean.getBoolean("botmesh.tty"), System::nanoTime);
        var acted = new ArrayList<Long>(sequences.size());
        for (long sequence : sequences) {
            if (act.on(sequence)) acted.add(sequence); // one that is named twice is there once
            if (acted.size() % FEW == FEW - 1) progress.show(acted.size() + " of " + sequences.size() + " " + done);
        }
        progress.clear();
        return acted;
    }

    private static CommandException notDead(Journal<byte[]> journal, long sequence) {
        boolean waits = journal.undone(sequence - 1, 1).stream().anyMatch(entry -> entry.sequence() == sequence);
        return waits
                ? CommandException.failed(sequence + " is no dead letter: it waits for the bot's next start")
                : none(sequence);
    }

    private static List<Long> all(DeadLetters<byte[]> letters) {
        var all = new ArrayList<Long>();
        var page = letters.list(0, PAGE);
        while (!page.isEmpty()) {
            for (var letter : page) all.add(letter.sequence());
            page = letters.list(all.getLast(), PAGE);
        }
        return all;
    }

    @Command(name = "compact", description = "Make the folder or file as small as what is in it.")
    int compact(@Mixin Where where) {
        long freed = switch (where.place()) {
            case JournalPlace.Folder(var folder) -> compactFolder(where, folder);
            case JournalPlace.Sqlite(var file) -> compactFile(file);
            case JournalPlace.Postgres remote ->
                throw CommandException.wrongUse(
                        "PostgreSQL keeps its own files small; compact is for folders and files");
        };
        if (botmesh.json()) botmesh.terminal().print(Json.write(Map.of("freed", freed)));
        else botmesh.terminal().print(freed + " bytes smaller");
        return ExitCodes.OK;
    }

    private static long compactFile(Path file) {
        try (var database = SqliteDatabase.open(file)) {
            return database.compact();
        }
    }

    private static long compactFolder(Where where, Path folder) {
        var bots = FileJournal.bots(folder);
        var meant = where.bot == null && bots.size() > 1 ? bots : List.of(bot(where, bots));
        long freed = 0;
        for (long bot : meant) {
            try (var journal = journal(folder, bot)) {
                freed += journal.compact();
            }
        }
        return freed;
    }
}
