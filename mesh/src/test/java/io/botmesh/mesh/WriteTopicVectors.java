package io.botmesh.mesh;

import static io.botmesh.mesh.TopicScene.ANNA;
import static io.botmesh.mesh.TopicScene.BEN;
import static io.botmesh.mesh.TopicScene.CARL;
import static io.botmesh.mesh.TopicScene.DESK;
import static io.botmesh.mesh.TopicScene.SHARED;
import static io.botmesh.mesh.TopicScene.data;
import static io.botmesh.mesh.TopicScene.key;
import static io.botmesh.mesh.TopicScene.keyOf;
import static io.botmesh.mesh.TopicScene.posted;
import static io.botmesh.mesh.TopicScene.roster;
import static io.botmesh.mesh.TopicScene.said;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.botmesh.seal.Identity;
import io.botmesh.wire.Control.Close;
import io.botmesh.wire.Control.Ping;
import io.botmesh.wire.Data;
import io.botmesh.wire.Frame;
import io.botmesh.wire.Piece;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes the vectors of what a member of a topic takes. */
final class WriteTopicVectors {
    private static final long CARLS = 0x0123456789abcdefL;
    private static final long ANNAS = 0xfedcba9876543210L;

    private final TopicScene first = new TopicScene(0x100);
    private TopicScene scene = first;
    private final ObjectNode file = MeshVectors.file(
            "What a member of a topic makes of posts: each step is a time in seconds, and the post that comes then, if one does; what it hands out, how"
                    + " many pieces it tells of as missed, and why it refuses the post, all since the step before. Posts of packets that are"
                    + " sealed to the member itself are of the link from the topic's owner. Of queue groups each message says who handles it.");
    private ObjectNode one = MeshVectors.JSON.createObjectNode();
    private ArrayNode steps = one.putArray("steps");

    private WriteTopicVectors() {}

    static void write() throws IOException, InterruptedException {
        var writer = new WriteTopicVectors();
        writer.streams();
        writer.gaps();
        writer.keys();
        writer.scene = new TopicScene(0x800);
        writer.beginnings();
        for (var one : writer.file.get("cases")) {
            var member = new TopicVectors(one);
            for (var step : one.get("steps")) ((ObjectNode) step).setAll(member.step(step));
        }
        MeshVectors.write("good/topic.json", writer.file);
        WriteBadTopicVectors.write(writer.first);
    }

    private void streams() {
        begin("two publishers", 1);
        carl(0, posted(0), data(0, "a", "b"));
        anna(0, posted(0), data(0, "A"));
        carl(1, posted(2), data(2, "c"));
        begin("packets that overtake each other", 1);
        carl(1, posted(0), data(1, "b"));
        carl(0, posted(0), data(0, "a"));
        begin("subjects", 1);
        carl(0, posted(0), new Data(0, 0, List.of(about("news.x"), about("news.x.y"), about("news"))));
        carl(1, posted(3), new Data(0, 3, List.of(about("sports.x"), about(""), about("news.z"))));
        begin("let in by a tag", true, Map.of(), 1);
        at(0, scene.post(CARL, key(1).key(), SHARED, CARLS, 0, posted(0), data(0, "a")));
        begin("a message in pieces", 1);
        carl(0, posted(0), new Data(0, 0, List.of(Piece.first("news.x", List.of(), text("ab"), 6))));
        carl(2, posted(0), new Data(0, 2, List.of(Piece.last(text("ef")), TopicScene.whole("g"))));
        carl(1, posted(0), new Data(0, 1, List.of(Piece.middle(text("cd")))));
        begin("frames that mean nothing on a topic", 1);
        carl(0, posted(0), new Ping(7), new Close(0, 1), data(0, "a"));
        carl(1, posted(1), data(1, "b"));
        begin("a copy", 1);
        ObjectNode first = scene.post(CARL, key(1).key(), null, CARLS, 0, posted(0), data(0, "a"));
        at(0, first);
        at(1, first.deepCopy());
        begin("the same pieces in other packets", 1);
        carl(0, posted(0), data(0, "a", "b"));
        carl(1, posted(0), data(0, "a", "b"));
        carl(2, posted(0), data(1, "b", "c"));
    }

    private void gaps() {
        begin("all is for whom has the first key", 1);
        carl(0, 3, posted(3), data(3, "d"));
        at(119);
        at(121);
        begin("whom has a later key begins where the first packet says", 2);
        to(0, 2, 3, posted(3), data(4, "e"));
        at(3600);
        to(3600, 2, 2, posted(3), data(3, "d"));
        begin("and at its first piece without a word of that", 2);
        to(0, 2, 3, data(4, "e"));
        to(1, 2, 2, data(3, "d"));
        begin("and where a packet without pieces says", 2);
        to(0, 2, 5, posted(7));
        to(1, 2, 6, posted(7), data(8, "i"));
        to(2, 2, 7, posted(7), data(7, "h"));
        begin("a gap is given up two minutes after all of it was posted", 1);
        carl(0, posted(0), data(0, "a"));
        carl(10, 2, posted(2), data(2, "c"));
        at(129);
        at(131);
        carl(200, 1, posted(1), data(1, "b"));
        carl(201, 3, posted(3), data(3, "d"));
        begin("a gap of which nobody says so is waited for", 1);
        carl(0, posted(0), data(0, "a"));
        carl(10, 2, posted(1), data(2, "c"));
        at(7200);
        carl(7200, 3, posted(3));
        at(7319);
        at(7321);
        begin("one that was posted in part is waited for as well", 1);
        carl(0, posted(0), data(0, "a"));
        carl(10, 4, posted(2), data(3, "d"));
        at(1000);
        carl(1000, 2, posted(2), data(2, "c"));
        at(1119);
        at(1121);
        begin("what comes amid a gap leaves two, each as old", 1);
        carl(0, posted(0), data(0, "a"));
        carl(10, 4, posted(4), data(4, "e"));
        carl(70, 2, posted(2), data(2, "c"));
        at(129);
        at(131);
        begin("later gaps are given up later", 1);
        carl(0, posted(0), data(0, "a"));
        carl(10, 2, posted(2), data(2, "c"));
        carl(70, 4, posted(4), data(4, "e"));
        at(131);
        at(189);
        at(191);
    }

    private void keys() {
        begin("another key", 1);
        carl(0, posted(0), data(0, "a"));
        owner(10, 0, said(0, roster("news 2"), keyOf(2)));
        to(11, 2, 1, posted(1), data(1, "b"));
        carl(12, 2, posted(1), data(2, "c"));
        begin("a packet that comes before its key", 1);
        to(0, 2, 0, posted(0), data(0, "a"));
        owner(10, 0, said(0, keyOf(2)));
        begin("a key that is not newer changes nothing", 2);
        owner(0, 0, said(0, keyOf(1)));
        carl(1, posted(0), data(0, "a"));
        to(2, 2, 1, posted(1), data(1, "b"));
        begin("a key in two messages, the second one first", 1);
        to(0, 3, 1, posted(1), data(1, "b"));
        to(1, 2, 0, posted(0), data(0, "a"));
        owner(2, 1, said(1, keyOf(3)));
        owner(3, 0, said(0, keyOf(2)));
        begin("who shares the work", false, DESK, 1);
        carl(0, posted(0), data(0, "a", "b", "c", "d", "e", "f"));
        owner(10, 0, said(0, roster("news 2\ndesk ben"), keyOf(2)));
        to(11, 2, 1, posted(6), data(6, "g", "h", "i"));
        carl(12, 2, posted(6), data(9, "j", "k", "l"));
        owner(20, 1, said(2, roster("news 3\ndesk ben dora erik\nfiles erik"), keyOf(3)));
        to(21, 3, 3, posted(12), data(12, "m", "n", "o", "p"));
        begin("a message in pieces belongs to the key of its last one", false, DESK, 1);
        carl(0, posted(0), new Data(0, 0, List.of(Piece.first("news.x", List.of(), text("ab"), 4))));
        owner(10, 0, said(0, roster("news 2\ndesk dora"), keyOf(2)));
        to(11, 2, 1, posted(1), new Data(0, 1, List.of(Piece.last(text("cd")))));
    }

    private void beginnings() {
        begin("whom has a later key begins where that was new", 2);
        to(0, 2, 5, posted(8, 5), data(8, "i"));
        at(119);
        at(121);
        begin("and waits for nothing that is under an earlier one", 2);
        to(0, 2, 5, posted(3, 5), data(5, "f"));
        begin("and at its first piece where a publisher says otherwise", 2);
        to(0, 2, 5, posted(9, 9), data(5, "f"));
        begin("and where a packet without pieces says that it was", 2);
        to(0, 2, 5, posted(7, 5));
        to(1, 2, 6, posted(7, 5), data(7, "h"));
        to(2, 2, 4, posted(5, 5), data(5, "f", "g"));
        begin("whom has the first key begins at 0 for all that", 1, 2);
        to(0, 2, 3, posted(2, 2), data(2, "c"));
        at(119);
        at(121);
    }

    private static Piece about(String subject) {
        return Piece.whole(subject, List.of(), text(subject));
    }

    private static byte[] text(String text) {
        return text.getBytes(UTF_8);
    }

    private void begin(String name, int... epochs) {
        begin(name, false, Map.of(), epochs);
    }

    private void begin(String name, boolean tagged, Map<String, List<String>> queues, int... epochs) {
        one = TopicScene.describe(MeshVectors.add(file, name), tagged, queues, epochs);
        steps = one.putArray("steps");
    }

    /** Carl posts under the key of epoch 1, at the second that the packet's number says. */
    private void carl(int number, Frame... frames) {
        carl(number, number, frames);
    }

    private void carl(int at, int number, Frame... frames) {
        to(at, 1, number, frames);
    }

    private void to(int at, int epoch, int number, Frame... frames) {
        at(at, publish(CARL, CARLS, epoch, number, frames));
    }

    private void anna(int number, Frame... frames) {
        at(number, publish(ANNA, ANNAS, 1, number, frames));
    }

    private ObjectNode publish(Identity who, long incarnation, int epoch, int number, Frame... frames) {
        return scene.post(who, key(epoch).key(), null, incarnation, number, frames);
    }

    private void owner(int at, int number, Frame... frames) {
        at(at, scene.post(ANNA, BEN.key(), null, ANNAS + 1, number, frames));
    }

    private void at(int at, ObjectNode post) {
        steps.addObject().put("at", at).setAll(post);
    }

    private void at(int at) {
        steps.addObject().put("at", at);
    }
}
