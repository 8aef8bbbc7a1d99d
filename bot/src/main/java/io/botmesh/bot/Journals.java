package io.botmesh.bot;

import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.Codec;
import io.botmesh.runner.FileJournal;
import java.nio.file.Path;
import java.util.function.LongFunction;

/** Journals of a bot's updates in a folder of files, each update kept as it came. */
public final class Journals {
    private Journals() {}

    /** Opens a bot's journal in this folder, under whatever fence: only who holds the lease may call it. */
    public record Opener(Path folder, BotToken token) implements LongFunction<FileJournal<RawUpdate>> {
        @Override
        public FileJournal<RawUpdate> apply(long fence) {
            return open(folder, token);
        }
    }

    /**
     * Opens a bot's journal, or makes it; for {@link BotOptions#withJournal}. The caller closes it after the bot.
     *
     * @param folder made if it is missing; several bots may share one
     * @throws io.botmesh.runner.JournalException.Unusable if another process has it, or its files cannot be used
     */
    public static FileJournal<RawUpdate> open(Path folder, BotToken token) {
        return FileJournal.open(
                folder, token.botId(), RawUpdate::updateId, new Codec<>(RawUpdate::bytes, RawUpdate::parse));
    }

    /** The same, for {@link BotOptions#withLease}: opened when the lease is held, and closed before it is given back. */
    public static Opener opener(Path folder, BotToken token) {
        return new Opener(folder, token);
    }
}
