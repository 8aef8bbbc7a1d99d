package io.botmesh.mesh;

import io.botmesh.seal.Group;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.NodeKey;
import io.botmesh.seal.ReaderKey;
import io.botmesh.seal.ReaderSecret;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a node remembers of topics. Holds private keys, as the messages beside it are in the clear too. */
final class TopicState {
    private static final int VERSION = 2;

    /** Of rows that do not say whether the first key was ever here. */
    private static final int FIRST_VERSION = 1;

    /** Epoch of a topic's first key: who has it was there from the beginning. */
    static final long FIRST_EPOCH = 1;

    /** More are kept only of keys that still open something: who waits for a handler was sealed for the members of then. */
    private static final int LEAST_ROSTERS = 16;
    /** More are not kept, nor longer ones, of whatever keys: an owner may mean ill. */
    private static final int MOST_ROSTERS = 1_024;

    private static final int MOST_CHARACTERS = 256 << 10;

    private TopicState() {}

    /**
     * One topic.
     *
     * @param epoch      of the key in use, 0 for the file's
     * @param key        what to seal to
     * @param held       keys that open, while they live
     * @param queues     who shares the work, by epoch
     * @param group      for its owner
     * @param configured what the peer file said when the owner last looked
     * @param ever       whether the topic's first key was ever here, also when its time has been over for long
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Known(
            String name,
            long epoch,
            byte[] key,
            List<Keyring.Held> held,
            Map<Long, Map<String, Set<String>>> queues,
            @Nullable Group group,
            String configured,
            boolean ever) {
        static Known none(Topic topic) {
            return new Known(topic.name(), 0, topic.group().toBytes(), List.of(), Map.of(), null, "", false);
        }

        boolean isConfiguredAs(Topic topic) {
            return configured.equals(text(topic));
        }

        private static String text(Topic topic) {
            var text = new StringBuilder(
                    String.join(" ", topic.members().stream().sorted().toList()));
            new TreeMap<>(topic.queues())
                    .forEach((queue, members) -> text.append('\n')
                            .append(queue)
                            .append(' ')
                            .append(String.join(" ", members.stream().sorted().toList())));
            return text.toString();
        }

        Known withKey(long epoch, byte[] key) {
            return new Known(name, epoch, key, held, queues, group, configured, ever);
        }

        Known withHeld(List<Keyring.Held> held) {
            boolean first = held.stream().anyMatch(one -> one.epoch() == FIRST_EPOCH);
            return new Known(name, epoch, key, held, queues, group, configured, ever || first);
        }

        Known withGroup(Group group) {
            return new Known(name, epoch, key, held, queues, group, configured, ever);
        }

        Known withConfigured(Topic topic) {
            return new Known(name, epoch, key, held, queues, group, text(topic), ever);
        }

        Known withQueues(long epoch, Map<String, Set<String>> said) {
            var all = new TreeMap<>(queues);
            all.put(epoch, Map.copyOf(said));
            long oldest = held.stream().mapToLong(Keyring.Held::epoch).min().orElse(epoch);
            while (all.size() > LEAST_ROSTERS && all.firstKey() < oldest) all.pollFirstEntry();
            int characters = all.values().stream().mapToInt(Known::characters).sum();
            while (all.size() > MOST_ROSTERS || (all.size() > 1 && characters > MOST_CHARACTERS))
                characters -= characters(all.pollFirstEntry().getValue());
            return new Known(name, this.epoch, key, held, all, group, configured, ever);
        }

        private static int characters(Map<String, Set<String>> queues) {
            int sum = 0;
            for (var queue : queues.entrySet()) {
                sum += queue.getKey().length();
                for (String member : queue.getValue()) sum += member.length() + 1;
            }
            return sum;
        }
    }

    static byte[] toBytes(Collection<Known> all) {
        return Rows.write(VERSION, out -> {
            out.writeInt(all.size());
            for (Known one : all) {
                out.writeUTF(one.name);
                out.writeLong(one.epoch);
                Rows.writeBytes(out, one.key);
                out.writeInt(one.held.size());
                for (Keyring.Held key : one.held) {
                    Instant until = key.until();
                    Rows.writeBytes(out, key.secret().toBytes());
                    out.writeLong(key.generation());
                    out.writeLong(key.epoch());
                    out.writeLong(until == null ? Long.MAX_VALUE : until.toEpochMilli());
                }
                out.writeInt(one.queues.size());
                for (var entry : one.queues.entrySet()) {
                    out.writeLong(entry.getKey());
                    out.writeInt(entry.getValue().size());
                    for (var queue : entry.getValue().entrySet()) {
                        out.writeUTF(queue.getKey());
                        out.writeInt(queue.getValue().size());
                        for (String member : queue.getValue()) out.writeUTF(member);
                    }
                }
                Group group = one.group;
                out.writeBoolean(group != null);
                if (group != null) write(out, group);
                Rows.writeBytes(out, one.configured.getBytes(StandardCharsets.UTF_8));
                out.writeBoolean(one.ever);
            }
        });
    }

    private static void write(DataOutputStream out, Group group) throws IOException {
        out.writeLong(group.epoch());
        Rows.writeBytes(out, group.secret().toBytes());
        out.writeInt(group.members().size());
        for (var member : group.members().entrySet()) {
            Rows.writeBytes(out, member.getKey().toBytes());
            Rows.writeBytes(out, member.getValue().toBytes());
        }
    }

    static Map<String, Known> parse(byte[] bytes) {
        boolean first = bytes.length > 0 && bytes[0] == FIRST_VERSION;
        return Rows.read("topics", first ? FIRST_VERSION : VERSION, bytes, in -> {
            Map<String, Known> all = new LinkedHashMap<>();
            for (int i = in.readInt(); i > 0; i--) {
                Known one = known(in, first);
                all.put(one.name, one);
            }
            return all;
        });
    }

    private static Known known(DataInputStream in, boolean first) throws IOException {
        String name = in.readUTF();
        long epoch = in.readLong();
        byte[] key = Rows.readBytes(in);
        List<Keyring.Held> held = new ArrayList<>();
        for (int i = in.readInt(); i > 0; i--) {
            var secret = ReaderSecret.of(Rows.readBytes(in));
            long generation = in.readLong();
            long keyEpoch = in.readLong();
            long until = in.readLong();
            held.add(new Keyring.Held(
                    secret, generation, name, keyEpoch, until == Long.MAX_VALUE ? null : Instant.ofEpochMilli(until)));
        }
        Map<Long, Map<String, Set<String>>> queues = new TreeMap<>();
        for (int i = in.readInt(); i > 0; i--) {
            long of = in.readLong();
            Map<String, Set<String>> said = new HashMap<>();
            for (int q = in.readInt(); q > 0; q--) {
                String queue = in.readUTF();
                Set<String> members = new HashSet<>();
                for (int m = in.readInt(); m > 0; m--) members.add(in.readUTF());
                said.put(queue, members);
            }
            queues.put(of, said);
        }
        Group group = in.readBoolean() ? group(name, in) : null;
        var configured = new String(Rows.readBytes(in), StandardCharsets.UTF_8);
        boolean ever = !first && in.readBoolean();
        return new Known(name, epoch, key, List.of(), queues, group, configured, ever).withHeld(held);
    }

    private static Group group(String name, DataInputStream in) throws IOException {
        long epoch = in.readLong();
        var secret = ReaderSecret.of(Rows.readBytes(in));
        Map<NodeKey, ReaderKey> members = new LinkedHashMap<>();
        for (int i = in.readInt(); i > 0; i--)
            members.put(NodeKey.of(Rows.readBytes(in)), ReaderKey.of(Rows.readBytes(in)));
        return new Group(name, epoch, secret, members);
    }
}
