package io.botmesh.runner;

import io.botmesh.runner.JournalStore.Appended;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The update journal of one bot in a folder of files, which are only ever added to: what arrives goes to the end of the newest
 * one, and a file of which nothing is needed any more is used again. Needs nothing but the JDK. The folder belongs to one
 * journal object of one process, until {@link #close()} or the death of the process.
 *
 * @param <U> the update
 */
public final class FileJournal<U> implements Journal<U> {
    /** How long a process that is just dying may still have the folder. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final int SEGMENT_BYTES = 16 << 20;
    /** Updates and bytes that one record holds at most, but for a single update that is larger. */
    private static final int BATCH_BYTES = 8 << 20;

    private static final Pattern BOT = Pattern.compile("[0-9]{1,18}");

    private final long botId;
    private final ToLongFunction<? super U> updateId;
    private final Codec<U> codec;
    private final InstantSource clock;
    private final JournalStore store;
    private final JournalWriter writer;
    private final OpenEntries open;
    private final EndNotes notes;
    private final Thread thread;
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

    /** A way to a folder that is taken by the journal's thread, because an interrupt of any other would close its files. */
    interface Way {
        Disk open() throws IOException;
    }

    /**
     * Opens the journal of a bot, or makes it.
     *
     * @param folder   made if it is missing; several bots may share one, each has a folder of its own in it
     * @param botId    scope of the update ids: the number before the colon of the token
     * @param updateId the id by which a repeated update is known
     * @throws JournalException.Unusable if another process has it, or the files are damaged, not readable or from a newer version
     */
    public static <U> FileJournal<U> open(Path folder, long botId, ToLongFunction<? super U> updateId, Codec<U> codec) {
        return open(folder, botId, updateId, codec, InstantSource.system(), System::nanoTime, SEGMENT_BYTES);
    }

    static <U> FileJournal<U> open(
            Path folder,
            long botId,
            ToLongFunction<? super U> updateId,
            Codec<U> codec,
            InstantSource clock,
            LongSupplier nanoTime,
            int segmentBytes) {
        var own = folder.resolve(Long.toString(botId));
        return new FileJournal<>(
                own.toString(), () -> take(folder, own), botId, updateId, codec, clock, nanoTime, segmentBytes);
    }

    /** Sees to it that a folder is there after a loss of power, too. */
    interface Forcing {
        void force(Path folder) throws IOException;
    }

    /** Whoever has made the folders may not have forced them. */
    static void make(Path folder, Path own, Forcing forcing) throws IOException {
        boolean made = !Files.isDirectory(own);
        if (made) Files.createDirectories(own);
        var above = folder.toAbsolutePath().getParent();
        for (var path : above == null ? List.of(folder) : List.of(folder, above)) {
            try {
                forcing.force(path);
            } catch (AccessDeniedException ofSomebodyElse) {
                if (made) throw ofSomebodyElse;
            }
        }
    }

    private static Disk take(Path folder, Path own) throws IOException {
        for (var path : List.of(folder, own))
            if (Files.exists(path) && !Files.isDirectory(path))
                throw new SegmentLog.Refused(path + " is not a folder: name another one");
        try {
            make(folder, own, FolderDisk::force);
        } catch (FileAlreadyExistsException there) { // and looked as if nothing were there
            throw new SegmentLog.Refused(there.getFile() + " is a link to nothing: name another folder");
        }
        var lock = FolderLock.take(own, PATIENCE);
        return new FolderDisk(own) {
            @Override
            public void close() throws IOException {
                lock.close();
            }
        };
    }

    FileJournal(
            String name,
            Way way,
            long botId,
            ToLongFunction<? super U> updateId,
            Codec<U> codec,
            InstantSource clock,
            LongSupplier nanoTime,
            int segmentBytes) {
        this.botId = botId;
        this.updateId = updateId;
        this.codec = codec;
        this.clock = clock;
        var begun = new CompletableFuture<JournalStore>();
        thread = Thread.ofPlatform()
                .daemon()
                .name("journal " + name)
                .unstarted(() -> run(name, way, botId, nanoTime, segmentBytes, begun));
        thread.start();
        store = JournalWriter.join(begun);
        writer = store.writer();
        open = store.open();
        notes = store.notes();
        try {
            store.reportDamage(Instant.ofEpochMilli(clock.millis()));
        } catch (RuntimeException refused) {
            writer.end();
            ended.join();
            throw refused;
        }
    }

    private void run(
            String name,
            Way way,
            long botId,
            LongSupplier nanoTime,
            int segmentBytes,
            CompletableFuture<JournalStore> begun) {
        try {
            try (var disk = way.open();
                    var log = new SegmentLog(disk, botId, segmentBytes)) {
                var notes = new EndNotes(disk);
                try {
                    var store = new JournalStore(name, log, notes, clock, nanoTime);
                    begun.complete(store);
                    store.writer().run();
                } finally {
                    notes.end(); // the folder may be another's from now on
                }
            }
        } catch (JournalException refused) {
            begun.completeExceptionally(refused);
        } catch (IOException failure) {
            begun.completeExceptionally(JournalStore.unusable(name, failure));
        } catch (RuntimeException | Error broken) {
            begun.completeExceptionally(broken);
            throw broken;
        } finally {
            ended.complete(null);
        }
    }

    /**
     * Ids of the bots that have a journal in this folder, in order; none if there is no such folder. Folders of others are
     * passed over, whatever their names.
     */
    public static List<Long> bots(Path folder) {
        if (!Files.isDirectory(folder)) return List.of();
        try (var paths = Files.list(folder)) {
            return paths.filter(FileJournal::isJournal)
                    .map(path -> path.getFileName().toString())
                    .filter(name -> BOT.matcher(name).matches())
                    .map(Long::valueOf)
                    .sorted()
                    .toList();
        } catch (IOException failure) {
            throw JournalStore.unusable(folder.toString(), failure);
        }
    }

    private static boolean isJournal(Path own) {
        if (Files.isRegularFile(own.resolve(FolderLock.NAME))) return true; // also if nothing has come yet
        try (var files = Files.list(own)) {
            return files.anyMatch(
                    file -> SegmentLog.isSegment(file.getFileName().toString()));
        } catch (IOException noFolderOrNotOurs) {
            return false;
        }
    }

    // ---- entries ----------------------------------------------------------------------------------------------------

    @Override
    public List<Entry<U>> append(List<U> updates) {
        var entries = new ArrayList<Entry<U>>(updates.size());
        for (int from = 0; from < updates.size(); ) {
            int most = Math.min(updates.size() - from, OpenEntries.LARGEST_BATCH);
            var ids = new long[most];
            var encoded = new byte[most][];
            int count = 0;
            for (long bytes = 0; count < most && (count == 0 || bytes < BATCH_BYTES); count++) {
                var update = updates.get(from + count);
                ids[count] = updateId.applyAsLong(update);
                encoded[count] = codec.encode().apply(update);
                bytes += encoded[count].length;
            }
            var batch = new JournalStore.Batch(ids, encoded, count);
            add(store.append(batch), updates.subList(from, from + count), entries);
            from += count;
        }
        return entries;
    }

    private void add(Appended appended, List<U> updates, List<Entry<U>> entries) {
        var fresh = appended.fresh();
        int place = 0;
        for (int i = fresh.nextSetBit(0); i >= 0; i = fresh.nextSetBit(i + 1))
            entries.add(new Entry<>(
                    OpenEntries.sequence(appended.batch(), place++), 0, 0, false, appended.arrived(), updates.get(i)));
    }

    @Override
    public List<Entry<U>> undone(long after, int limit) {
        return entries(store.undone(after, limit));
    }

    @Override
    public List<Entry<U>> undone(List<Long> sequences) {
        return entries(store.undone(sequences));
    }

    private List<Entry<U>> entries(List<JournalStore.Found> all) {
        var entries = new ArrayList<Entry<U>>(all.size());
        for (var found : all) {
            if (!found.isSound()) {
                dead(found.sequence(), found.count().attempts(), JournalStore.damaged("its bytes"));
                continue;
            }
            try {
                var update = codec.decode().apply(found.update());
                entries.add(new Entry<>(
                        found.sequence(),
                        found.count().attempts(),
                        found.count().vanished(),
                        found.repeated(),
                        found.arrived(),
                        update));
            } catch (RuntimeException undecodable) {
                dead(found.sequence(), found.count().attempts(), DeadLetters.Cause.of(undecodable));
            }
        }
        return entries;
    }

    // ---- marks ------------------------------------------------------------------------------------------------------

    @Override
    public void began(long sequence, int attempt) {
        if (open.attempt(sequence, attempt, true)) writer.flush();
    }

    /**
     * {@inheritDoc}
     *
     * <p>Throws as {@link #done} does.
     */
    @Override
    public void failed(long sequence, int attempts) {
        if (open.attempt(sequence, attempts, false)) writer.marked();
    }

    /**
     * {@inheritDoc}
     *
     * <p>Throws if an earlier mark could not be written; this one is kept like that one, and both are tried again.
     */
    @Override
    public void done(long sequence) {
        if (!open.end(sequence)) return;
        notes.put(sequence); // first: marking throws where it has failed before
        writer.marked();
    }

    /**
     * {@inheritDoc}
     *
     * <p>If the letter cannot be written, the entry has not ended: it comes again after a restart, and {@link #flush} throws.
     */
    @Override
    public void dead(long sequence, int attempts, DeadLetters.Cause cause) {
        var at = Instant.ofEpochMilli(clock.millis()); // first: from here on the entry is hidden
        if (open.die(sequence)) store.bury(sequence, attempts, cause, at);
    }

    @Override
    public void flush() {
        writer.flush();
    }

    @Override
    public OptionalLong owner() {
        return OptionalLong.of(botId);
    }

    @Override
    public long size() {
        return open.size();
    }

    // ---- dead letters -----------------------------------------------------------------------------------------------

    @Override
    public DeadLetters<U> deadLetters() {
        return new DeadLetters<>() {
            @Override
            public List<Letter<U>> list(long after, int limit) {
                writer.flush();
                return store.letters(after, limit).stream()
                        .map(found -> found.letter().<U>letter(decoded(found)))
                        .toList();
            }

            @Override
            public long count() {
                writer.flush();
                return store.countLetters();
            }

            @Override
            public boolean replay(long sequence) {
                writer.flush();
                return store.revive(sequence);
            }

            @Override
            public boolean discard(long sequence) {
                writer.flush();
                return store.discard(sequence);
            }
        };
    }

    private @Nullable U decoded(JournalStore.FoundLetter found) {
        try {
            return codec.decode().apply(found.update());
        } catch (RuntimeException undecodable) {
            return null;
        }
    }

    @Override
    public void onReplay(LongConsumer listener) {
        store.onReplay(listener);
    }

    // ---- the folder -------------------------------------------------------------------------------------------------

    /**
     * Leaves nothing in the folder but what is open.
     *
     * @return bytes by which it is smaller, 0 if there was nothing to gain
     */
    public long compact() {
        writer.flush();
        return store.compact();
    }

    @Override
    public void close() {
        try {
            if (!ended.isDone()) flush();
        } finally {
            writer.end();
            ended.join();
        }
    }
}
