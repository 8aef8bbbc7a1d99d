package io.botmesh.cli;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.TransportException;
import io.botmesh.mesh.MeshException;
import io.botmesh.runner.JournalException;
import io.botmesh.runner.LeaseException;
import io.botmesh.webhook.WebhookException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/** Turns whatever ended a command into one line that says what to do, and an exit code. */
final class Failures {
    /** No cause that means anything lies deeper. */
    private static final int DEEPEST = 100;

    private Failures() {}

    static int report(Terminal terminal, Throwable broken) {
        CommandException told = explain(broken);
        if (told.exitCode() != ExitCodes.UNREAD) terminal.fail(told.message(), broken);
        return told.exitCode();
    }

    /** A failure and its causes, outermost first. They may be anybody's, and go round in circles. */
    static List<Throwable> causes(Throwable broken) {
        return Stream.iterate(broken, Objects::nonNull, Throwable::getCause)
                .limit(DEEPEST)
                .toList();
    }

    static CommandException explain(Throwable broken) {
        return causes(broken).stream()
                .filter(cause -> !isWrapper(cause))
                .findFirst()
                .map(Failures::explainOne)
                .orElseGet(() -> explainOne(broken));
    }

    /** Whether it says nothing that its cause does not. */
    private static boolean isWrapper(Throwable broken) {
        return broken.getCause() != null
                && (broken instanceof CompletionException
                        || broken instanceof ExecutionException
                        || broken instanceof UncheckedIOException);
    }

    private static CommandException explainOne(Throwable broken) {
        return switch (broken) {
            case CommandException told -> told;
            case MeshException mesh -> CommandException.failed(String.valueOf(mesh.getMessage()), mesh);
            case JournalException journal
            when isWithoutLibrary(journal) ->
                CommandException.failed(
                        "cannot unpack a library into " + System.getProperty("java.io.tmpdir")
                                + "; free space there, or set TMPDIR to another folder",
                        journal);
            case JournalException journal -> CommandException.failed(String.valueOf(journal.getMessage()), journal);
            case WebhookException changed -> CommandException.failed(String.valueOf(changed.getMessage()), changed);
            case LeaseException lease -> CommandException.failed(String.valueOf(lease.getMessage()), lease);
            case ApiException.Rejected unknown
            when unknown.errorCode() == 401 ->
                CommandException.failed(
                        "the server does not know this token, or no longer (" + unknown.description()
                                + "); ask @BotFather",
                        unknown);
            case ApiException refused ->
                CommandException.failed("the Bot API refused " + refused.getMessage(), refused);
            case TransportException trouble ->
                CommandException.failed("the Bot API cannot be reached (" + trouble.getMessage() + ")", trouble);
            case IOException io -> CommandException.failed(IoReason.of(io), io);
            case OutOfMemoryError memory ->
                CommandException.failed("not enough memory; give more with JAVA_TOOL_OPTIONS=-Xmx2g", memory);
            default ->
                CommandException.failed(
                        "unexpected " + broken.getClass().getSimpleName() + ": " + broken.getMessage()
                                + "; run again with --debug and report what it prints",
                        broken);
        };
    }

    /** True if SQLite's native library, which unpacks itself at first use, could not. */
    private static boolean isWithoutLibrary(JournalException journal) {
        return causes(journal).stream()
                .anyMatch(cause -> cause.getClass().getSimpleName().equals("NativeLibraryNotFoundException"));
    }
}
