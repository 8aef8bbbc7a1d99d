package io.botmesh.cli;

import io.botmesh.mesh.SetAside;
import io.botmesh.mesh.SetAside.Letter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code botmesh aside}: messages that a node's handlers never managed. */
@Command(
        name = "aside",
        description = {
            "Look at the messages that a node has put aside because its handler failed too often.",
            "The node has to be stopped; while it runs its store is in use, and these commands say so."
        })
final class AsideCommand {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Botmesh botmesh;

    /** Whose. */
    static final class Whose {
        @Mixin
        @SuppressWarnings("NullAway.Init") // set by picocli
        private StoreMixin store;

        @Parameters(index = "0", paramLabel = "NODE", description = "The node whose messages they are.")
        private String node = "";
    }

    /** Whose, and which of them. */
    static final class Which {
        @Mixin
        @SuppressWarnings("NullAway.Init") // set by picocli
        private Whose whose;

        @Parameters(index = "1..*", paramLabel = "ID", arity = "0..*", description = "Their numbers, as ls shows them.")
        private List<String> ids = new ArrayList<>();

        @Option(names = "--all", description = "All of them.")
        private boolean all;
    }

    private interface Use {
        void of(SetAside aside) throws InterruptedException;
    }

    private static int with(Whose whose, Use use) throws InterruptedException {
        try (var kept = whose.store.openExisting(whose.node)) {
            use.of(new SetAside(kept.store()));
        }
        return ExitCodes.OK;
    }

    private static Map<String, Object> row(Letter letter) {
        var row = new LinkedHashMap<String, Object>();
        row.put("id", letter.id());
        row.put("from", letter.from());
        row.put("stream", letter.stream());
        row.put("subject", letter.subject());
        row.put("bytes", letter.body().length);
        row.put("posted_at", letter.postedAt().toString());
        row.put("why", letter.why());
        return row;
    }

    @Command(name = "ls", description = "List them, and why they were put aside.")
    int ls(@Mixin Whose whose) throws InterruptedException {
        return with(whose, aside -> {
            List<Letter> all = aside.list();
            var terminal = botmesh.terminal();
            if (botmesh.json()) {
                terminal.print(Json.write(
                        Map.of("aside", all.stream().map(AsideCommand::row).toList(), "total", all.size())));
                return;
            }
            for (Letter one : all)
                terminal.print(String.format(
                        Locale.ROOT,
                        "%-12s %s  %s  %,d bytes  %s",
                        one.id(),
                        one.from(),
                        one.subject().isEmpty() ? "-" : one.subject(),
                        one.body().length,
                        one.why().replaceAll("\\s+", " ")));
            terminal.print(all.size() + " aside");
        });
    }

    @Command(name = "show", description = "Print the text of one.")
    int show(@Mixin Whose whose, @Parameters(index = "1", paramLabel = "ID", description = "Its number.") String id)
            throws InterruptedException {
        return with(whose, aside -> {
            Letter letter = aside.list().stream()
                    .filter(one -> one.id().equals(id))
                    .findFirst()
                    .orElseThrow(() -> none(id));
            String text = new String(letter.body(), StandardCharsets.UTF_8);
            var row = row(letter);
            if (botmesh.json()) {
                row.put("text", text);
                botmesh.terminal().print(Json.write(row));
            } else {
                row.forEach((name, value) -> botmesh.terminal().print(name + ": " + value));
                botmesh.terminal().print(text);
            }
        });
    }

    private static CommandException none(String id) {
        return CommandException.failed("there is no " + id + "; see what there is by botmesh aside ls");
    }

    @Command(name = "retry", description = "Give them to their handlers again when the node starts.")
    int retry(@Mixin Which which) throws InterruptedException {
        return each(which, "retried", SetAside::retry);
    }

    @Command(name = "discard", description = "Forget them for good.")
    int discard(@Mixin Which which) throws InterruptedException {
        return each(which, "discarded", SetAside::discard);
    }

    private interface Act {
        boolean on(SetAside aside, String id) throws InterruptedException;
    }

    private int each(Which which, String done, Act act) throws InterruptedException {
        if (which.all == !which.ids.isEmpty())
            throw CommandException.wrongUse("name messages by their numbers, or take --all");
        return with(which.whose, aside -> {
            List<String> known = aside.list().stream().map(Letter::id).toList();
            List<String> ids = which.all ? known : which.ids;
            for (String id : ids) if (!known.contains(id)) throw none(id);
            for (String id : ids) act.on(aside, id);
            if (botmesh.json()) botmesh.terminal().print(Json.write(Map.of(done, ids)));
            else botmesh.terminal().print(ids.size() + " " + done);
        });
    }
}
