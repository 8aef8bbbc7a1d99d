package io.botmesh.mesh;

import io.botmesh.botapi.ChatId;
import io.botmesh.mesh.PeerFile.Medium;
import io.botmesh.mesh.PeerFile.Node;
import io.botmesh.mesh.PeerFile.Topic;
import io.botmesh.wire.Armour;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A {@link PeerFile} as text, with a place for what is still missing. */
final class PeerFileText {
    private PeerFileText() {}

    static String of(PeerFile file) {
        var out = new StringBuilder("""
                # Who is who in this mesh. Nothing in here is secret: give it to every node.
                # What the lines mean stands in docs/peers.md; check them with: botmesh peers check
                """);
        for (Node node : file.nodes().values()) {
            out.append("\n[node ").append(node.name()).append("]\n");
            line(out, "key", node.key());
            line(out, "reader", node.reader());
            if (node.medium() == Medium.CHAT) line(out, "carrier", "chat");
            for (ChatId channel : node.channels()) line(out, "channel", channel);
            if (node.reader() != null && node.channels().isEmpty())
                out.append(
                        node.medium() == Medium.CHAT
                                ? "# channel  its reader bot, such as @name_bot, with Bot-to-Bot mode\n"
                                : "# channel  where it reads: its reader bot and the writers are administrators there\n");
            if (!node.writers().isEmpty()) line(out, "writers", joined(node.writers()));
            else if (node.reader() != null) out.append("# writers  ids of the bots that post there\n");
            line(out, "from", joined(node.from()));
            if (node.armour() == Armour.BASE65536) line(out, "armour", "base65536");
            if (node.textOnly()) out.append("text-only\n");
        }
        for (Topic topic : file.topics().values()) {
            out.append("\n[topic ").append(topic.name()).append("]\n");
            line(out, "subject", topic.subject());
            line(out, "channel", topic.channel());
            if (topic.channel() == null)
                out.append("# channel  all members' reader bots and the writers are administrators there\n");
            if (!topic.writers().isEmpty()) line(out, "writers", joined(topic.writers()));
            else out.append("# writers  ids of the bots that post there\n");
            line(out, "group", topic.group());
            line(out, "owner", topic.owner());
            line(out, "members", joined(topic.members()));
            line(out, "from", joined(topic.from()));
            topic.queues().forEach((queue, sharing) -> line(out, "queue", queue + " " + joined(sharing)));
        }
        return out.toString();
    }

    static void line(StringBuilder out, String keyword, @Nullable Object value) {
        if (value == null) return;
        out.append(keyword)
                .append(" ".repeat(Math.max(1, 9 - keyword.length())))
                .append(value)
                .append('\n');
    }

    private static @Nullable String joined(@Nullable Iterable<?> all) {
        if (all == null) return null;
        var words = new ArrayList<String>();
        for (Object each : all) words.add(each.toString());
        if (all instanceof Set) Collections.sort(words);
        return words.isEmpty() ? "-" : String.join(" ", words);
    }
}
