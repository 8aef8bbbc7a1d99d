package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.wire.MessageHeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects as they come part by part, with everything that may go wrong between them. */
class ObjectFolderTest {
    private static final int PART = 100;

    @TempDir
    Path folder;

    private final byte[] bytes = new byte[250];
    private final List<String> handled = new ArrayList<>();
    private final List<String> said = new ArrayList<>();
    private final List<NodeEvent> events = new ArrayList<>();
    private final Instant now = Instant.parse("2030-01-01T00:00:00Z");
    private @Nullable RuntimeException silence; // nothing can be said
    private @Nullable RuntimeException dies; // behind the handler
    private long usable = 1 << 30;
    private boolean full;
    private final ObjectRoom.Disk disk = new ObjectRoom.Disk() {
        @Override
        public long usable(Path any) {
            return usable;
        }

        @Override
        public boolean isFull(Path any, long bytes) {
            return full;
        }
    };
    private final List<Duration> pauses = new ArrayList<>();
    private Runnable onPause = () -> {};
    private final ObjectParts.Manifest manifest = new ObjectParts.Manifest(250, PART, digest(bytes), "name");

    private static byte[] digest(byte[] bytes) {
        new Random(1).nextBytes(bytes);
        return ObjectParts.sha256().digest(bytes);
    }

    /** As a process finds it that begins. */
    private ObjectFolder process() {
        return process(1_000);
    }

    private ObjectFolder process(long mostBytes) {
        var refusals = new ObjectRefusals(
                (peer, id, refusal, question) -> {
                    if (silence != null) throw silence;
                    said.add(refusal == null ? "taken" : refusal);
                },
                event -> {
                    if (event instanceof NodeEvent.Refused) events.add(event);
                });
        return new ObjectFolder(
                folder,
                mostBytes,
                object -> {
                    handled.add(object.name() + " " + Arrays.equals(Files.readAllBytes(object.file()), bytes)
                            + (object.again() ? " again" : ""));
                    if (dies != null) throw dies;
                },
                refusals,
                event -> {},
                new ObjectRoom(folder, disk, () -> now),
                this::sleep);
    }

    private void sleep(Duration pause) {
        pauses.add(pause);
        onPause.run();
    }

    /** A file that stands where the parts are to go keeps them from being written, as a full disk does. */
    private Path obstacle() throws IOException {
        String manifest = files().stream()
                .map(file -> file.getFileName().toString())
                .filter(name -> name.endsWith(".manifest"))
                .findFirst()
                .orElseThrow();
        return Files.createDirectory(folder.resolve(manifest.replace(".manifest", ".part")));
    }

    @Test
    void aDiskThatIsFullIsWaitedForHoweverLongThatTakes() throws Exception {
        var process = process();
        process.onMessage(beginning());
        Path obstacle = obstacle();
        full = true;
        onPause = () -> {
            if (pauses.size() == 100) assertThat(obstacle.toFile().delete()).isTrue();
        };
        for (int i = 0; i < 3; i++) process.onMessage(part(i, false));
        assertThat(handled).containsExactly("name true");
        assertThat(said).containsExactly("taken");
        assertThat(pauses)
                .hasSize(100)
                .allSatisfy(pause -> assertThat(pause).isBetween(Duration.ofMillis(100), Duration.ofSeconds(1)));
    }

    @Test
    void whoStopsANodeDoesNotWaitForItsDiskAndTheNextProcessTakesThePart() throws Exception {
        var process = process();
        process.onMessage(beginning());
        Path obstacle = obstacle();
        full = true;
        onPause = process::stop;
        assertThatThrownBy(() -> process.onMessage(part(0, false))).isInstanceOf(MeshException.Left.class);
        assertThat(pauses).hasSize(1);
        Files.delete(obstacle);
        for (int i = 0; i < 3; i++) process().onMessage(part(i, i == 0));
        assertThat(handled).containsExactly("name true");
    }

    @Test
    void aFolderThatCannotBeWrittenForAnotherReasonFailsTheAttempt() throws Exception {
        var process = process();
        process.onMessage(beginning());
        obstacle();
        assertThatThrownBy(() -> process.onMessage(part(0, false))).isInstanceOf(IOException.class);
        assertThat(pauses).isEmpty();
    }

    private Delivery beginning(byte[] body) {
        return message(ObjectParts.MANIFEST, List.of(new MessageHeader(ObjectParts.ID, manifest.id())), body, false);
    }

    private Delivery beginning() {
        return beginning(manifest.toBytes());
    }

    private Delivery part(int number, boolean again) {
        var headers = List.of(new MessageHeader(ObjectParts.ID, manifest.id()), ObjectParts.number(number));
        byte[] body = Arrays.copyOfRange(bytes, number * PART, Math.min(bytes.length, (number + 1) * PART));
        return message(ObjectParts.PART, headers, body, again);
    }

    private static Delivery message(String subject, List<MessageHeader> headers, byte[] body, boolean again) {
        return new Delivery(
                1, "anna", null, true, ObjectParts.STREAM, subject, headers, body, Instant.EPOCH, 1, again, "p", null);
    }

    private List<String> left() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString().replaceFirst("^[0-9a-f]+-[0-9a-f]+", ""))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void anObjectIsHandledSaidToBeTakenAndLeavesNothing() throws Exception {
        process().onMessage(beginning());
        for (int i = 0; i < 3; i++) process().onMessage(part(i, false)); // each in another process
        assertThat(handled).containsExactly("name true");
        assertThat(said).containsExactly("taken");
        assertThat(left()).isEmpty();
    }

    /** Its handler has ended: it does not begin again because the sender could not be told. */
    @Test
    void whatIsHandledAndCouldNotBeSaidIsSaidLaterAndNotHandledAgain() throws Exception {
        var first = process();
        first.onMessage(beginning());
        first.onMessage(part(0, false));
        first.onMessage(part(1, false));
        silence = new MeshException.Full("no room");
        assertThatThrownBy(() -> first.onMessage(part(2, false))).isSameAs(silence);
        assertThat(left()).containsExactly(".taken");
        silence = null;
        process().onMessage(part(2, true));
        assertThat(handled).containsExactly("name true");
        assertThat(said).containsExactly("taken");
        assertThat(left()).isEmpty();
        process().onMessage(part(2, true)); // the process died before that message was known as done
        assertThat(said).containsExactly("taken");
    }

    /** The disk with the folder is gone: the sender must not wait for ever, nor believe that it is done. */
    @Test
    void partsWithoutABeginningAreRefusedOnce() throws Exception {
        var process = process();
        process.onMessage(part(1, false));
        process.onMessage(part(2, false));
        assertThat(said).containsExactly("its beginning is not there any more; send it again");
        assertThat(events).containsExactly(new NodeEvent.Refused("anna", "OBJECT_UNKNOWN"));
        process.onMessage(beginning());
        for (int i = 0; i < 3; i++) process.onMessage(part(i, false));
        assertThat(handled).containsExactly("name true");
    }

    private Delivery question() {
        return message(ObjectParts.ASK, List.of(new MessageHeader(ObjectParts.ID, manifest.id())), new byte[0], false);
    }

    @Test
    void whoAsksWhatBecameOfAnObjectIsToldEachTime() throws Exception {
        var process = process();
        process.onMessage(question());
        process.onMessage(question());
        assertThat(said).hasSize(2).containsOnly("nothing is known of it there any more; send it again");
        said.clear();
        process.onMessage(beginning());
        process.onMessage(part(0, false));
        process.onMessage(question()); // what follows on the stream has been put aside, or was never sent
        assertThat(said).containsExactly("it did not come to its end there; send it again");
        said.clear();
        silence = new MeshException.Full("no room");
        process.onMessage(part(1, false));
        assertThatThrownBy(() -> process.onMessage(part(2, false))).isSameAs(silence);
        silence = null;
        process().onMessage(question());
        assertThat(said).containsExactly("taken");
        assertThat(left()).isEmpty();
        assertThat(events).as("a question is no refusal").isEmpty();
    }

    @Test
    void aPartThatIsAlteredIsFoundByTheDigest() throws Exception {
        var process = process();
        process.onMessage(beginning());
        process.onMessage(part(0, false));
        bytes[150]++;
        process.onMessage(part(1, false));
        process.onMessage(part(2, false));
        assertThat(handled).isEmpty();
        assertThat(said).containsExactly("its bytes do not fit its digest");
        assertThat(left()).isEmpty();
    }

    /** Nothing is written behind a hole, nor checked: the last byte of terabytes is one byte. */
    @Test
    void theLastPartWithoutTheOthersEndsNothing() throws Exception {
        var large = new ObjectParts.Manifest(8_000_000_000_000L, 1, new byte[32], "x");
        var headers = List.of(new MessageHeader(ObjectParts.ID, large.id()));
        var process = process(Long.MAX_VALUE);
        usable = 1L << 50;
        process.onMessage(message(ObjectParts.MANIFEST, headers, large.toBytes(), false));
        for (long n : new long[] {1, large.size() - 2}) {
            var number = List.of(headers.getFirst(), ObjectParts.number(n));
            process.onMessage(message(ObjectParts.PART, number, new byte[1], false));
        }
        assertThat(left()).containsExactly(".manifest");
        assertThat(said).isEmpty();
        var last = List.of(headers.getFirst(), ObjectParts.number(large.size() - 1));
        process.onMessage(message(ObjectParts.PART, last, new byte[1], false));
        assertThat(said).containsExactly("parts of it did not come; send it again");
        assertThat(events).containsExactly(new NodeEvent.Refused("anna", "OBJECT_PARTS"));
        assertThat(left()).isEmpty();
    }

    @Test
    void anObjectThatTheDiskHasNoRoomForIsRefused() throws Exception {
        usable = 265; // of which a sixteenth is to stay
        process().onMessage(beginning());
        assertThat(said).containsExactly("the disk there has no room for its 250 bytes");
        assertThat(events).containsExactly(new NodeEvent.Refused("anna", "OBJECT_ROOM"));
        assertThat(left()).isEmpty();
        usable = 270;
        var process = process();
        process.onMessage(beginning());
        usable = 100;
        assertThatThrownBy(() -> process.onMessage(part(0, false))).hasMessageEndingWith("is almost full");
        usable = 1_000;
        for (int i = 0; i < 3; i++) process.onMessage(part(i, true));
        assertThat(handled).containsExactly("name true again");
    }

    /** A manifest that comes now. */
    private void begin(ObjectFolder process, long size, String name) throws Exception {
        Set<Path> before = files();
        var large = new ObjectParts.Manifest(size, 1 << 20, new byte[32], name);
        var headers = List.of(new MessageHeader(ObjectParts.ID, large.id()));
        process.onMessage(message(ObjectParts.MANIFEST, headers, large.toBytes(), false));
        for (Path file : files()) if (!before.contains(file)) Files.setLastModifiedTime(file, FileTime.from(now));
    }

    private Set<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.collect(Collectors.toSet());
        }
    }

    private static final String TOO_MUCH = "too much else is on its way there; send it again when that has come";

    @Test
    void soManyObjectsOfAPeerAreOnTheirWayAndThoseThatAreSilentGiveWay() throws Exception {
        var process = process(Long.MAX_VALUE);
        for (int n = 0; n < ObjectRoom.MOST; n++) begin(process, 10, "object " + n);
        assertThat(said).isEmpty();
        begin(process, 10, "one more");
        assertThat(said).containsExactly(TOO_MUCH);
        assertThat(left()).hasSize(ObjectRoom.MOST);
        age(now.minus(ObjectRoom.SILENT).minusSeconds(1));
        begin(process, 10, "another one");
        assertThat(said).hasSize(1);
        assertThat(left()).hasSize(ObjectRoom.MOST);
    }

    @Test
    void oneObjectMayBeAsLargeAsTheDiskAndSeveralHaveABoundTogether() throws Exception {
        usable = 1L << 50;
        var process = process(Long.MAX_VALUE);
        begin(process, 1L << 40, "a tebibyte");
        begin(process, 1, "a byte");
        assertThat(said).containsExactly(TOO_MUCH);
        age(now.minus(ObjectRoom.SILENT).minusSeconds(1));
        begin(process, ObjectRoom.MOST_BYTES - 1, "much");
        begin(process, 1, "a byte");
        assertThat(said).hasSize(1);
        begin(process, 1, "one byte more");
        assertThat(said).hasSize(2);
        assertThat(left()).hasSize(2);
    }

    /** All files were last written then. */
    private void age(Instant at) throws IOException {
        for (Path file : files()) Files.setLastModifiedTime(file, FileTime.from(at));
    }

    @Test
    void anObjectWhoseProcessDiedInsideItsHandlerComesAgainAndSaysSo() throws Exception {
        var first = process();
        first.onMessage(beginning());
        first.onMessage(part(0, false));
        first.onMessage(part(1, false));
        dies = new IllegalStateException("as a death behind the handler");
        assertThatThrownBy(() -> first.onMessage(part(2, false))).isSameAs(dies);
        dies = null;
        process().onMessage(part(2, true));
        assertThat(handled).containsExactly("name true", "name true again");
    }

    @Test
    void whatIsNoObjectIsRefusedInOneLine() throws Exception {
        var process = process();
        for (String body : List.of("", "x", "1 2 3\nname", "-1 100 " + "00".repeat(32) + "\nname")) {
            process.onMessage(beginning(body.getBytes(StandardCharsets.UTF_8)));
        }
        process.onMessage(message(ObjectParts.PART, List.of(), bytes, false));
        process.onMessage(
                message(ObjectParts.PART, List.of(new MessageHeader(ObjectParts.ID, manifest.id())), bytes, false));
        process.onMessage(beginning(new ObjectParts.Manifest(1, 1, new byte[32], "n".repeat(1 << 16)).toBytes()));
        process.onMessage(beginning(new ObjectParts.Manifest(1_001, PART, new byte[32], "large").toBytes()));
        assertThat(said).containsExactly("what came of it is no object", "it has 1001 bytes, at most 1000 are taken");
        assertThat(events).contains(new NodeEvent.Refused("anna", "OBJECT_MALFORMED"));
        assertThat(left()).isEmpty();
    }

    @Test
    void whatNothingComesOfForAMonthIsDeletedAndWhatStillGrowsIsNot() throws Exception {
        Instant old = now.minus(ObjectRoom.GIVEN_UP).minusSeconds(1);
        write("aa.manifest", old);
        write("aa.part", old);
        write("bb.manifest", old);
        write("cc.manifest", old);
        write("cc.part", now);
        write("dd.manifest", now.minus(ObjectRoom.GIVEN_UP));
        process().onMessage(beginning()); // of whatever object
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .contains("cc.part", "cc.manifest", "dd.manifest")
                    .hasSize(4);
        }
    }

    private void write(String name, Instant at) throws IOException {
        Path file = Files.write(folder.resolve(name), bytes);
        Files.setLastModifiedTime(file, FileTime.from(at));
    }
}
