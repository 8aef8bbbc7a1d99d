package io.botmesh.cli;

import io.botmesh.botapi.ChatId;
import io.botmesh.mesh.PeerFile;
import io.botmesh.mesh.PeerFile.Medium;
import io.botmesh.mesh.PeerFile.Node;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code botmesh peers show}: who is in a mesh. */
@Command(name = "show", description = "Show who is in the mesh, where each reads, and who may write to it.")
final class PeersShowCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private PeersCommand parent;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private PeerFolder folder;

    @Override
    public Integer call() {
        var terminal = parent.botmesh().terminal();
        PeerFile file = PeerFolder.told(terminal, folder::file);
        if (parent.botmesh().json()) {
            terminal.print(Json.write(Map.of(
                    "nodes",
                            file.nodes().values().stream()
                                    .map(PeersShowCommand::row)
                                    .toList(),
                    "topics",
                            file.topics().values().stream()
                                    .map(PeersShowCommand::row)
                                    .toList())));
            return ExitCodes.OK;
        }
        for (Node node : file.nodes().values()) {
            String reads = node.reader() == null
                    ? "only writes"
                    : (node.medium() == Medium.CHAT ? "is written to at " : "reads ") + joined(node.channels());
            String from = node.reader() == null
                    ? ""
                    : ", from " + (node.from() == null ? "everybody" : joined(sorted(node.from())));
            terminal.print(node.name() + "  " + reads + from);
        }
        for (PeerFile.Topic topic : file.topics().values())
            terminal.print(topic.name() + "  " + topic.subject() + " in " + topic.channel() + ", read by "
                    + joined(sorted(topic.members())) + ", from "
                    + (topic.from() == null ? "everybody" : joined(sorted(topic.from())))
                    + topic.queues().entrySet().stream()
                            .map(queue -> ", queue " + queue.getKey() + " of " + joined(sorted(queue.getValue())))
                            .collect(Collectors.joining()));
        return ExitCodes.OK;
    }

    private static Map<String, Object> row(Node node) {
        var row = new LinkedHashMap<String, Object>();
        row.put("name", node.name());
        if (node.key() != null) row.put("key", node.key().toString());
        if (node.reader() != null) {
            row.put("reader", node.reader().toString());
            row.put("carrier", node.medium() == Medium.CHAT ? "chat" : "channel");
            row.put("channels", texts(node.channels()));
            row.put("writers", node.writers());
            if (node.from() != null) row.put("from", sorted(node.from()));
        }
        row.put("text_only", node.textOnly());
        return row;
    }

    private static Map<String, Object> row(PeerFile.Topic topic) {
        var row = new LinkedHashMap<String, Object>();
        row.put("name", topic.name());
        row.put("subject", topic.subject());
        row.put("channel", String.valueOf(topic.channel()));
        row.put("writers", topic.writers());
        row.put("group", topic.group().toString());
        if (topic.owner() != null) row.put("owner", topic.owner());
        row.put("members", sorted(topic.members()));
        if (topic.from() != null) row.put("from", sorted(topic.from()));
        var queues = new LinkedHashMap<String, Object>();
        topic.queues().forEach((queue, members) -> queues.put(queue, sorted(members)));
        row.put("queues", queues);
        return row;
    }

    private static List<String> texts(List<ChatId> chats) {
        return chats.stream().map(ChatId::toString).toList();
    }

    private static List<String> sorted(Collection<String> names) {
        return names.stream().sorted().toList();
    }

    private static String joined(List<?> all) {
        return all.isEmpty() ? "nobody" : all.stream().map(Object::toString).collect(Collectors.joining(" "));
    }
}
