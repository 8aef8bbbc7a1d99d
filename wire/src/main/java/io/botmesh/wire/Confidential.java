package io.botmesh.wire;

import java.util.Arrays;

/** Frames that mean something only below a seal; in a plain packet a receiver passes them over. */
public sealed interface Confidential extends Frame {
    /**
     * A packet to be passed on, so that its reader does not learn where it came from.
     *
     * @param next   name of the node that it goes to, at most 128 bytes; empty when the key that it is sealed to says
     *               enough
     * @param packet as it is to be posted; not copied
     */
    @SuppressWarnings("ArrayRecordComponent") // compares by content; a copy per packet would be felt
    record Onion(String next, byte[] packet) implements Confidential {
        public Onion {
            Utf8.check("next", next, Limits.MAX_SENDER_BYTES);
            if (packet.length == 0) throw new IllegalArgumentException("an onion around nothing");
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Onion that && next.equals(that.next) && Arrays.equals(packet, that.packet);
        }

        @Override
        public int hashCode() {
            return 31 * next.hashCode() + Arrays.hashCode(packet);
        }

        @Override
        public String toString() {
            return "Onion[next=" + next + ", packet of " + packet.length + " bytes]";
        }
    }

    /**
     * A key that packets are sealed to from now on: the sender's own, or that of a group which the sender owns.
     *
     * @param group  at most 128 bytes, empty for the sender's own key
     * @param epoch  grows with each key of the group or of the sender; an older one changes nothing
     * @param key    X25519 public key, 32 bytes; not copied
     * @param secret the private half for a reader of the group, 32 bytes, or none for who only writes to it; not copied
     */
    @SuppressWarnings("ArrayRecordComponent") // compares by content
    record KeyNotice(String group, long epoch, byte[] key, byte[] secret) implements Confidential {
        /** Bytes of a key. */
        public static final int KEY_BYTES = 32;

        public KeyNotice {
            Utf8.check("group", group, Limits.MAX_SENDER_BYTES);
            if (epoch < 0 || epoch > Limits.MAX_NUMBER) throw new IllegalArgumentException("epoch: " + epoch);
            String flaw = flaw(group, key.length, secret.length);
            if (!flaw.isEmpty()) throw new IllegalArgumentException(flaw);
        }

        static String flaw(String group, int keyBytes, int secretBytes) {
            if (keyBytes != KEY_BYTES) return "a key of " + keyBytes + " bytes";
            if (secretBytes != 0 && secretBytes != KEY_BYTES) return "a private key of " + secretBytes + " bytes";
            if (secretBytes != 0 && group.isEmpty()) return "a private key of no group";
            return "";
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof KeyNotice that
                    && group.equals(that.group)
                    && epoch == that.epoch
                    && Arrays.equals(key, that.key)
                    && Arrays.equals(secret, that.secret);
        }

        @Override
        public int hashCode() {
            return 31 * group.hashCode() + Arrays.hashCode(key);
        }

        /** Never the private half. */
        @Override
        public String toString() {
            return "KeyNotice[group=" + group + ", epoch=" + epoch + (secret.length == 0 ? "" : ", with private half")
                    + "]";
        }
    }

    /**
     * The value of a topic's register, from its owner to all who have the topic's key.
     *
     * @param topic   whose value it is, 1 to 128 bytes
     * @param version from 1 on, grows with each value: of two the higher one counts
     * @param value   not copied
     */
    @SuppressWarnings("ArrayRecordComponent") // compares by content
    record Register(String topic, long version, byte[] value) implements Confidential {
        public Register {
            Utf8.check("topic", topic, Limits.MAX_SENDER_BYTES);
            if (version > Limits.MAX_NUMBER) throw new IllegalArgumentException("version: " + version);
            String flaw = flaw(topic, version);
            if (!flaw.isEmpty()) throw new IllegalArgumentException(flaw);
        }

        static String flaw(String topic, long version) {
            if (topic.isEmpty()) return "a register of no topic";
            return version < 1 ? "a register of version " + version : "";
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Register that
                    && topic.equals(that.topic)
                    && version == that.version
                    && Arrays.equals(value, that.value);
        }

        @Override
        public int hashCode() {
            return 31 * topic.hashCode() + Long.hashCode(version);
        }

        @Override
        public String toString() {
            return "Register[topic=" + topic + ", version=" + version + ", " + value.length + " bytes]";
        }
    }
}
