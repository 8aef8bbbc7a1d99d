package io.botmesh.mesh;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.TransportException;
import io.botmesh.mesh.Inbox.StreamId;
import io.botmesh.runner.Delivery;
import io.botmesh.runner.FailureHandler.Decision;
import io.botmesh.runner.Journal;
import io.botmesh.runner.JournalException;
import io.botmesh.runner.Keys;
import io.botmesh.runner.LongPoll;
import io.botmesh.runner.LongPollOptions;
import io.botmesh.runner.PollRetryOptions;
import io.botmesh.runner.PollTimeoutException;
import io.botmesh.runner.RetryOptions;
import io.botmesh.runner.Retrying;
import io.botmesh.runner.Retrying.Verdict;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.runner.StopReport;
import io.botmesh.wire.Armour;
import io.botmesh.wire.Limits;
import io.botmesh.wire.Packet;
import io.botmesh.wire.PacketHeader;
import io.botmesh.wire.WireException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The receiving side: a reader bot takes the posts of its channel apart into messages and hands them to a handler. From
 * many senders to one receiver, which plays a server's part but only ever makes calls itself.
 *
 * <p>A post is confirmed to Telegram when the journal has it on disk, a packet's effect is stored before any handler
 * sees it, and a message is forgotten when its handler has returned: whatever dies in between, nothing is lost, and
 * each message of a sender comes in order. Thread-safe.
 */
public final class QuasiServer implements AutoCloseable {
    /** The recipient id of packets that are sealed to nobody. */
    static final int PLAIN_RECIPIENT = PacketHeader.labelId("");

    private static final Logger log = LoggerFactory.getLogger(QuasiServer.class);

    /** Characters that hold any header: of base32768 and, as many bits are in more characters, of base64url. */
    private static final int BASE32768_HEADER = 1 + PacketHeader.MAX_BYTES * 8 / 15;

    private static final int BASE64URL_HEADER = 1 + PacketHeader.MAX_BYTES * 8 / 6;

    private static final int ATTEMPTS = 8;

    /** Streams whose state is kept at hand; of more, the idle ones are read again when they are heard. */
    private static final int RECEPTIONS = 1_000;

    /** Pieces of a message whose sender has been silent for this long will hardly ever be joined by the rest. */
    private static final Duration ABANDONED = Duration.ofDays(7);

    private final QuasiOptions options;
    private final Carrier.Reader reader;
    private final Inbox inbox;
    private final MessageHandler handler;
    private final Runner<RawUpdate> runner;
    private final ConcurrentHashMap<StreamId, Reception> receptions = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final AtomicBoolean warned = new AtomicBoolean();
    private final AtomicBoolean elsewhere = new AtomicBoolean();
    private final LongSupplier nanoTime = System::nanoTime;
    private final List<Thread> left = new ArrayList<>(); // complete when start() returns

    private final LongAdder posts = new LongAdder();
    private final LongAdder documents = new LongAdder();
    private final LongAdder messages = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final LongAdder notPackets = new LongAdder();
    private final LongAdder damaged = new LongAdder();
    private final LongAdder others = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final LongAdder gaps = new LongAdder();
    private final LongAdder setAside = new LongAdder();

    private QuasiServer(
            QuasiOptions options,
            Carrier.Reader reader,
            Journal<RawUpdate> journal,
            Inbox inbox,
            MessageHandler handler) {
        this.options = options;
        this.reader = reader;
        this.inbox = inbox;
        this.handler = handler;
        var poll = new LongPoll<>(
                reader::poll,
                RawUpdate::updateId,
                LongPollOptions.defaults().withTimeout(options.pollTimeout()),
                nanoTime);
        var source = new Retrying<>(
                poll,
                QuasiServer::verdict,
                PollRetryOptions.defaults().withPatience(options.patience()),
                QuasiServer::onRetry);
        runner = new Runner<>(
                source,
                this::take,
                RunnerOptions.<RawUpdate>defaults()
                        .withJournal(journal)
                        .withKeys(Keys.sequentialize(this::sender))
                        .withConcurrency(options.concurrency())
                        .withRetry(RetryOptions.defaults().withAttempts(Integer.MAX_VALUE)) // onFailure counts
                        .withFailures(this::onFailure));
    }

    /**
     * Starts to read. What an earlier process left in the journal and the inbox comes first.
     *
     * @param reader  the reader bot's client; like journal and inbox it stays the caller's to close, after this
     * @param journal posts that are taken and not yet taken apart
     * @throws MeshException if the token is wrong, the bot is no administrator of the channel, or the API is out of reach
     */
    public static QuasiServer start(
            QuasiOptions options, BotApi reader, Journal<RawUpdate> journal, Inbox inbox, MessageHandler handler)
            throws InterruptedException {
        return start(options, Carriers.channelReader(reader, options.channel(), null), journal, inbox, handler);
    }

    /**
     * Starts to read from any carrier. What an earlier process left in the journal and the inbox comes first.
     *
     * @param journal posts that are taken and not yet taken apart
     * @throws MeshException if the carrier cannot be read, or not for now
     */
    public static QuasiServer start(
            QuasiOptions options,
            Carrier.Reader reader,
            Journal<RawUpdate> journal,
            Inbox inbox,
            MessageHandler handler)
            throws InterruptedException {
        var server = new QuasiServer(options, reader, journal, inbox, handler);
        server.check();
        int forgotten = inbox.forget(ABANDONED.toSeconds());
        if (forgotten > 0) log.info("forgot {} pieces of messages whose senders are gone", forgotten);
        // Each turn belongs to one stream, so a message that is left from before precedes what the runner brings.
        for (Inbox.Waiting waiting : inbox.waiting()) {
            if (!server.listensTo(waiting.channel())) continue;
            StreamId stream = waiting.stream();
            server.left.add(
                    Thread.ofVirtual().name("mesh-left-" + stream.stream()).start(() -> server.handleLeft(stream)));
        }
        var unused = server.runner.stopped().whenComplete((report, broken) -> {
            if (broken != null) server.fail(broken);
        });
        server.runner.start();
        return server;
    }

    /**
     * Stops reading, lets handlers finish until the deadline, and confirms what is safe. What is not handled stays in the
     * inbox. Idempotent.
     */
    public void stop(Duration deadline) {
        long end = nanoTime.getAsLong() + deadline.toNanos();
        stopping.set(true);
        StopReport report = runner.stop(deadline);
        log.debug("reader stopped: {}", report);
        awaitLeft(end);
        stopped.complete(null);
    }

    /** Messages of an earlier process have threads of their own, which end as the runner's do. */
    private void awaitLeft(long end) {
        try {
            for (Thread thread : left) thread.join(Duration.ofNanos(Math.max(0, end - nanoTime.getAsLong())));
            for (Thread thread : left) thread.interrupt();
            for (Thread thread : left) thread.join(Duration.ofSeconds(1));
        } catch (InterruptedException hurry) {
            for (Thread thread : left) thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    /** Completes when the server has stopped; exceptionally, with a one-line reason, when it had to. */
    public CompletableFuture<Void> stopped() {
        return stopped.copy();
    }

    public QuasiStatistics statistics() {
        return new QuasiStatistics(
                posts.sum(),
                documents.sum(),
                messages.sum(),
                bytes.sum(),
                duplicates.sum(),
                notPackets.sum(),
                damaged.sum(),
                others.sum(),
                lost.sum(),
                gaps.sum(),
                setAside.sum());
    }

    /** {@link #stop} with ten seconds. */
    @Override
    public void close() {
        stop(Duration.ofSeconds(10));
    }

    private void check() throws InterruptedException {
        try {
            reader.check();
        } catch (ApiException.Rejected refused) {
            throw refusedRead(refused);
        } catch (TransportException trouble) {
            throw new MeshException.Unreachable("the API cannot be reached: " + trouble.getMessage(), trouble);
        }
    }

    private MeshException refusedRead(ApiException.Rejected refused) {
        String said = refused.description();
        return new MeshException.Refused(
                switch (refused.errorCode()) {
                    case 401, 404 -> "the reader's token is not known to the server (" + said + "): check the token";
                    case 409 -> "another program reads with this token (" + said + "): stop it, or use another bot";
                    default ->
                        "the reader bot cannot read channel " + options.channel() + " (" + said
                                + "): check the id, and make the bot an administrator there";
                },
                refused);
    }

    private static Verdict verdict(RuntimeException failure) {
        return switch (failure) {
            case ApiException.FloodWait wait -> new Verdict.After(wait.retryAfter());
            case ApiException.Rejected refused when refused.isExplained() -> new Verdict.Fatal();
            case ApiException.Rejected proxy -> new Verdict.BackOff();
            case TransportException trouble -> new Verdict.BackOff();
            default -> new Verdict.Fatal();
        };
    }

    private static void onRetry(Throwable failure, int failures, Duration pause) {
        if (failures == 1) log.warn("reading failed, trying again: {}", failure.getMessage());
    }

    private void fail(Throwable broken) {
        Throwable why = switch (broken) {
            case ApiException.Rejected refused -> refusedRead(refused);
            case TransportException trouble ->
                new MeshException.Unreachable(
                        "the API did not answer for " + options.patience().toSeconds() + " s: " + trouble.getMessage(),
                        trouble);
            case PollTimeoutException silence ->
                new MeshException.Unreachable(String.valueOf(silence.getMessage()), silence);
            default -> broken;
        };
        stopped.completeExceptionally(why);
        if (stopping.compareAndSet(false, true)) {
            Thread.ofVirtual().name("mesh-give-up").start(() -> runner.stop(Duration.ZERO));
        }
    }

    /** What orders a post: its sender's outbox. A post that is no packet has no order. */
    private @Nullable Object sender(RawUpdate update) {
        try {
            String head = reader.arrival(update).map(Arrival::text).orElse(null);
            return head == null ? null : header(head).incarnation();
        } catch (RuntimeException noPacket) { // take() says so, with the reason
            return null;
        }
    }

    private static PacketHeader header(String text) {
        int most = text.charAt(0) == Armour.BASE64URL.magic() ? BASE64URL_HEADER : BASE32768_HEADER;
        return PacketHeader.parse(Armour.decode(text.substring(0, Math.min(text.length(), most))));
    }

    private void take(Delivery<RawUpdate> delivery) throws Exception { // on a handler's thread
        Arrival post = reader.arrival(delivery.update()).orElse(null);
        if (post == null) return;
        if (!delivery.repeated()) posts.increment();
        PostId place = post.post();
        try {
            String text = post.text();
            Arrival.Attachment document = post.attachment();
            if (text == null) throw new NoPacket(document == null ? "neither text nor document" : "no header");
            if (document == null) {
                take(place.channel(), Packet.parse(Armour.decode(text)));
            } else {
                header(text);
                take(place.channel(), Packet.parse(fetch(document)));
                documents.increment();
            }
        } catch (NoPacket | WireException.Foreign foreign) {
            onNoPacket(place, foreign.getMessage());
        } catch (WireException refused) {
            damaged.increment();
            log.warn("post {} of channel {} is dropped: {}", place.message(), place.channel(), refused.getMessage());
        }
    }

    private void onElsewhere(long channel) {
        if (elsewhere.compareAndSet(false, true)) {
            log.warn("posts of channel {} are kept in the journal until a reader listens to it", channel);
        }
    }

    private void onNoPacket(PostId post, @Nullable String why) {
        notPackets.increment();
        if (warned.compareAndSet(false, true)) {
            log.warn(
                    "post {} of channel {} is no packet and is ignored ({}); further ones are counted only",
                    post.message(),
                    post.channel(),
                    why);
        }
    }

    private byte[] fetch(Arrival.Attachment document) throws InterruptedException {
        try {
            return reader.fetch(document, Limits.MAX_PACKET_BYTES);
        } catch (IllegalArgumentException unusable) {
            throw new NoPacket(String.valueOf(unusable.getMessage()));
        }
    }

    private boolean listensTo(long channel) {
        Long only = options.channel();
        return only == null || only == channel;
    }

    private void take(long channel, Packet packet) throws Exception {
        if (packet.header().recipient() != PLAIN_RECIPIENT) {
            others.increment();
            return;
        }
        long incarnation = packet.header().incarnation();
        var content = packet.content();
        boolean news = false;
        for (var frame : content.frames()) {
            if (!(frame instanceof io.botmesh.wire.Data data)) continue;
            var stream = new StreamId(incarnation, data.stream());
            Reception reception = reception(stream);
            news |= reception.take(channel, content.sender(), data);
            if (listensTo(channel)) reception.handleReady();
            else onElsewhere(channel); // it is confirmed now, so it must not be dropped either
            if (receptions.size() > RECEPTIONS && reception.idle()) receptions.remove(stream, reception);
        }
        if (!news) duplicates.increment();
    }

    private Reception reception(StreamId stream) {
        return receptions.computeIfAbsent(
                stream,
                id -> new Reception(
                        id, inbox, this::handle, this::onLost, options.gapPatience(), InstantSource.system()));
    }

    private void onLost(StreamId stream, String sender, long pieces) {
        gaps.increment();
        log.error(
                "{} pieces from {} ({}) never came; what was sent after them is handled now",
                pieces,
                sender.isEmpty() ? "a sender without a name" : sender,
                Long.toHexString(stream.incarnation()));
    }

    private void handleLeft(StreamId stream) {
        try {
            reception(stream).handleReady();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error broken) {
            fail(broken);
        }
    }

    /** Gives a message to the handler until it takes it, with growing pauses; true if it did. */
    private boolean handle(Incoming message) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            if (stopping.get()) throw new InterruptedException("stopping");
            try {
                handler.handle(message);
                messages.increment();
                bytes.add(message.length());
                return true;
            } catch (InterruptedException closing) {
                throw closing;
            } catch (JournalException broken) { // not the handler's fault, and not this message's
                throw broken;
            } catch (Exception | Error failure) { // an Error too: it would come again with every post and every start
                if (attempt >= options.handlerAttempts()) {
                    log.error("{} from {} is set aside after {} attempts", message, message.sender(), attempt, failure);
                    inbox.setAside(message, String.valueOf(failure));
                    setAside.increment();
                    return false;
                }
                log.warn("{} from {} failed, trying again: {}", message, message.sender(), failure.toString());
                Thread.sleep(Duration.ofMillis(100L << attempt));
            }
        }
    }

    private Decision onFailure(Delivery<RawUpdate> delivery, Throwable failure) {
        switch (failure) {
            case JournalException broken -> fail(broken); // nothing can be stored; the journal keeps the post
            case InterruptedException closing -> {}
            case TransportException trouble ->
                log.warn("a document cannot be fetched, trying again: {}", trouble.getMessage());
            case ApiException.FloodWait wait -> {}
            case ApiException.Rejected refused
            when refused.description().contains("temporarily unavailable") -> {
                if (delivery.attempt() % ATTEMPTS == 0)
                    log.warn("a document is not there yet: {}", refused.getMessage());
            }
            default -> {
                if (delivery.attempt() < ATTEMPTS) break;
                lost.increment();
                log.error("update {} is given up: {}", delivery.update().updateId(), failure.toString());
                return Decision.SKIP;
            }
        }
        return Decision.RETRY;
    }

    /** A post that was never meant as a packet. */
    private static final class NoPacket extends RuntimeException {
        NoPacket(String why) {
            super(why, null, false, false);
        }
    }
}
