package io.botmesh.mesh;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.botapi.DeleteMessages;
import io.botmesh.botapi.EditMessageText;
import io.botmesh.botapi.GetChat;
import io.botmesh.botapi.Message;
import io.botmesh.botapi.PinChatMessage;
import io.botmesh.botapi.SendMessage;
import io.botmesh.botapi.UnpinChatMessage;
import io.botmesh.mesh.NodeEvent.RegisterTrouble;
import io.botmesh.mesh.NodeEvent.RegisterTrouble.Problem;
import io.botmesh.seal.AdmissionSecret;
import io.botmesh.seal.Identity;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.world.Admin;
import io.botmesh.world.BotAccount;
import io.botmesh.world.Limits;
import io.botmesh.world.Right;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The register of a topic on the emulator, in the hands of its owner, of volunteers who all share one writer's token, and of somebody who stole
 * that token or a better one. Rows of the table in docs/security.md.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class HostileRegisterTest {
    private final Scene scene = new Scene(1, Limits.OFF);
    private final Identity station = Identity.generate();
    private final ReaderSecret group = ReaderSecret.generate();
    private final AdmissionSecret admission = AdmissionSecret.generate();
    private final NodeRig.Disk stationsDisk = new NodeRig.Disk();
    private final List<Node> nodes = new ArrayList<>();
    private final BlockingQueue<RegisterTrouble> troubles = new LinkedBlockingQueue<>();
    private final BotToken owner = bot("owner_bot");
    private final BotToken shared = bot("shared_writer_bot");
    private final BotToken chief = bot("chief_bot");
    private final ChatId channel = ChatId.of(scene.emulator
            .world()
            .addChannel(
                    "Weather",
                    null,
                    List.of(
                            new Admin(owner.botId(), Set.of(Right.POST_MESSAGES, Right.EDIT_MESSAGES)),
                            new Admin(shared.botId(), Set.of(Right.POST_MESSAGES)),
                            Admin.full(chief.botId())))
            .id());
    private final BotApi thief = scene.api(chief);

    private BotToken bot(String name) {
        BotAccount account = scene.emulator.world().addBot(name);
        return BotToken.parse(account.token());
    }

    @BeforeEach
    void talk() {
        owner();
    }

    @AfterEach
    void close() {
        nodes.forEach(Node::close);
        scene.close();
    }

    private Topic topic() {
        return Topic.of("weather", "weather.>", group.key())
                .withAdmission(admission)
                .withOwner("station", Set.of("volunteer"));
    }

    private Keyring keys() {
        return Keyring.of(ReaderSecret.generate()).joined("weather", 1, group, Instant.EPOCH, Keyring.LIFE);
    }

    private Node node(String name, Identity identity, NodeStore store, BotToken bot, List<Peer> peers) {
        var node = new Node(new NodeSetup(
                name,
                Protection.Sealed.of(identity, keys()),
                Peers.of(peers, List.of(topic())),
                new NodeSetup.Ends(null, Map.of())
                        .withBoard("weather", Carriers.channelBoard(channel, bot, scene::api)),
                store));
        nodes.add(node);
        return node.start();
    }

    private Node owner() {
        return node("station", station, stationsDisk, owner, List.of());
    }

    /** One of many with the same token. */
    private Node volunteer(NodeStore store) {
        var known = new Peer("station", station.key(), null, null, List.of(), null, false);
        Node node = node("volunteer", volunteers, store, shared, List.of(known));
        return node.onEvent(event -> {
            if (event instanceof RegisterTrouble trouble) troubles.add(trouble);
        });
    }

    private final Identity volunteers = Identity.generate();

    private Register register(Node node) {
        return node.topic("weather").register();
    }

    private String read(Node node) throws InterruptedException {
        return register(node)
                .get()
                .map(value -> value.version() + " " + value.text())
                .orElse("nothing");
    }

    private Message pinned() throws InterruptedException {
        return Objects.requireNonNull(thief.call(GetChat.of(channel)).pinnedMessage());
    }

    private void pin(String text) throws InterruptedException {
        Message made = thief.call(SendMessage.of(channel, text));
        thief.call(PinChatMessage.of(channel, made.messageId()));
    }

    private void told(Problem problem) throws InterruptedException {
        assertThat(troubles.take().problem()).isEqualTo(problem);
    }

    @Test
    void manyReadersWithOneTokenReadWhatTheOwnerSetAndEachChange() throws Exception {
        Register mine = register(nodes.getFirst());
        assertThat(mine.set("calm").version()).isEqualTo(1);
        BlockingQueue<String> changes = new LinkedBlockingQueue<>();
        for (int i = 0; i < 4; i++) {
            Node one = volunteer(new MemoryNodeStore());
            assertThat(read(one)).isEqualTo("1 calm");
            register(one).onChange(Duration.ofSeconds(1), value -> changes.add(value.text()));
        }
        for (int i = 0; i < 4; i++) assertThat(changes.take()).isEqualTo("calm");
        mine.set("storm");
        for (int i = 0; i < 4; i++) assertThat(changes.take()).isEqualTo("storm");
        assertThat(mine.replace(2, "sun ".repeat(30_000).getBytes(US_ASCII)).version())
                .isEqualTo(3);
        var random = new byte[100_000]; // a document
        new Random(7).nextBytes(random);
        mine.set(random);
        assertThat(register(nodes.getLast()).get().orElseThrow().value()).isEqualTo(random);
        assertThatThrownBy(() -> mine.replace(3, new byte[1])).isInstanceOf(MeshException.Overtaken.class);
        assertThatThrownBy(() -> register(nodes.getLast()).set("mine"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not this node's");
        assertThat(troubles).isEmpty();
        assertThat(pinned().text()).isNull();
    }

    @Test
    void whoHasOnlyTheSharedTokenChangesNothing() throws Exception {
        register(nodes.getFirst()).set("calm");
        long post = pinned().messageId();
        BotApi stolen = scene.api(shared);
        assertThatThrownBy(() -> stolen.call(EditMessageText.of()
                        .withChatId(channel)
                        .withMessageId(post)
                        .withText("storm")))
                .isInstanceOf(ApiException.Rejected.class);
        assertThatThrownBy(() -> stolen.call(UnpinChatMessage.of(channel).withMessageId(post)))
                .isInstanceOf(ApiException.Rejected.class);
        Message own = stolen.call(SendMessage.of(channel, "storm"));
        assertThatThrownBy(() -> stolen.call(PinChatMessage.of(channel, own.messageId())))
                .isInstanceOf(ApiException.Rejected.class);
        assertThat(read(volunteer(new MemoryNodeStore()))).isEqualTo("1 calm");
    }

    @Test
    void whatAnotherAdministratorPinsIsTheRegisterForNobodyAndItsOwnerPinsItsOwnAgain() throws Exception {
        register(nodes.getFirst()).set("calm");
        Node reader = volunteer(new MemoryNodeStore());
        assertThat(read(reader)).isEqualTo("1 calm");
        pin("storm, says the chief");
        assertThat(read(reader)).isEqualTo("1 calm");
        told(Problem.REPLACED);
        assertThat(read(volunteer(new MemoryNodeStore()))).isEqualTo("nothing");
        assertThat(read(nodes.getFirst())).isEqualTo("1 calm"); // and puts it back
        Node late = volunteer(new MemoryNodeStore());
        while (read(late).equals("nothing")) Thread.onSpinWait();
        assertThat(read(late)).isEqualTo("1 calm");
    }

    @Test
    void anOlderValueOfTheOwnersIsRefusedByWhoSawALaterOneAlsoAfterARestart() throws Exception {
        Register mine = register(nodes.getFirst());
        mine.set("calm");
        String old = Objects.requireNonNull(pinned().text());
        mine.set("storm");
        var disk = new NodeRig.Disk();
        Node reader = volunteer(disk);
        assertThat(read(reader)).isEqualTo("2 storm");
        nodes.getFirst().close(); // nobody puts it back
        pin(old);
        assertThat(read(reader)).isEqualTo("2 storm");
        told(Problem.ROLLED_BACK);
        reader.close();
        assertThat(read(volunteer(disk))).isEqualTo("2 storm");
        told(Problem.ROLLED_BACK);
    }

    @Test
    void anUnpinnedOrDeletedRegisterIsToldOfAndComesBackWithItsOwner() throws Exception {
        register(nodes.getFirst()).set("calm");
        Node reader = volunteer(new MemoryNodeStore());
        assertThat(read(reader)).isEqualTo("1 calm");
        nodes.getFirst().close();
        long post = pinned().messageId();
        thief.call(UnpinChatMessage.of(channel).withMessageId(post));
        assertThat(read(reader)).isEqualTo("1 calm");
        told(Problem.UNPINNED);
        thief.call(DeleteMessages.of(channel, List.of(post)));
        Node again = owner();
        Node late = volunteer(new MemoryNodeStore());
        while (read(late).equals("nothing")) Thread.onSpinWait();
        assertThat(read(late)).isEqualTo("1 calm");
        assertThat(register(again).set("storm").version()).isEqualTo(2);
        assertThat(read(reader)).isEqualTo("2 storm");
    }

    @Test
    void anOwnerWithoutTheRightIsToldWhatToDoAndLosesNothing() throws Exception {
        scene.emulator.world().chats().promote(channelId(), new Admin(owner.botId(), Set.of(Right.POST_MESSAGES)));
        assertThatThrownBy(() -> register(nodes.getFirst()).set("calm"))
                .isInstanceOf(MeshException.Refused.class)
                .hasMessageContaining("edit messages");
        scene.emulator
                .world()
                .chats()
                .promote(channelId(), new Admin(owner.botId(), Set.of(Right.POST_MESSAGES, Right.EDIT_MESSAGES)));
        assertThat(register(nodes.getFirst()).get().orElseThrow().text()).isEqualTo("calm");
        Node late = volunteer(new MemoryNodeStore());
        while (read(late).equals("nothing")) Thread.onSpinWait();
        assertThat(read(late)).isEqualTo("1 calm");
    }

    private long channelId() {
        return channel instanceof ChatId.Id id ? id.id() : 0;
    }
}
