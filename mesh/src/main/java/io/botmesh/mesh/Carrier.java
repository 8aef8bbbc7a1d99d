package io.botmesh.mesh;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.TransportException;
import io.botmesh.wire.Armour;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A way for packets from writers to a reader: posts of a channel, messages between two bots, or memory. */
public interface Carrier {
    Capabilities capabilities();

    /**
     * What a carrier can do.
     *
     * @param name          what it is, in a word or two
     * @param textBytes     most bytes of a packet that goes as text
     * @param documentBytes most bytes of one that goes as a document; 0 where the reader takes text only
     * @param history       whether {@link Reader#recall} brings back what stood there earlier
     * @param shared        whether what stands there has the same ids for everybody, and a pinned post that all see
     */
    record Capabilities(String name, int textBytes, int documentBytes, boolean history, boolean shared) {
        public boolean textOnly() {
            return documentBytes == 0;
        }

        /** The same for a reader that cannot fetch files. */
        public Capabilities withoutDocuments() {
            return new Capabilities(name, textBytes, 0, history, shared);
        }

        /** The same for a reader that takes texts in this armour, too; small ones come in others. */
        public Capabilities withArmour(Armour widest) {
            int most = widest.maxBytes(Armour.POST_CHARACTERS);
            return new Capabilities(name, most, documentBytes, history, shared);
        }
    }

    /**
     * What a writer may do.
     *
     * @param says what a human must or should do about it; empty if nothing
     */
    record Rights(boolean mayPost, String says) {
        static final Rights ENOUGH = new Rights(true, "");
    }

    /** The sending end. Calls block; any number may run at once. */
    interface Writers extends Carrier {
        /** Where posts can go, at least one; others speak of a lane by its place in this list. */
        List<LaneId> lanes();

        /**
         * Asks what the lane's writer may do there. A carrier that cannot know takes it for enough.
         *
         * @throws TransportException if the server cannot be reached
         */
        Rights rights(int lane) throws InterruptedException;

        /**
         * Posts a packet once.
         *
         * @param document whether it goes as a file, which a carrier for text does not take
         */
        Outcome post(int lane, byte[] packet, boolean document) throws InterruptedException;

        /**
         * Posts again what stands somewhere, without sending its bytes. The reader gets it as new, with its origin where
         * the carrier tells it.
         *
         * @param post as this lane's writer was told it
         */
        Outcome forward(int lane, PostId post) throws InterruptedException;

        /**
         * Deletes up to 100 posts of the lane's channel that its writer may delete; those that are not there do not count.
         *
         * @throws ApiException       if the server does not let it
         * @throws TransportException if it is not known whether it happened
         */
        void delete(int lane, List<Long> messages) throws InterruptedException;
    }

    /**
     * The post that is pinned in one channel. Any number of processes look at it with one token, without taking anything from each
     * other; only a bot that may edit writes. Calls block; any number may run at once.
     */
    interface Board {
        /**
         * What is pinned; of several the newest.
         *
         * @throws ApiException       if the server refuses
         * @throws TransportException if the server cannot be reached
         */
        Optional<Arrival> pinned() throws InterruptedException;

        /**
         * The bytes of the pinned document; as {@link Reader#fetch}.
         *
         * @param mostBytes more is refused with {@link IllegalArgumentException}
         */
        byte[] fetch(Arrival.Attachment attachment, int mostBytes) throws InterruptedException;

        /** Puts a packet there: in the place of an earlier text of this bot's, else as a new post. */
        Outcome pin(byte[] packet, boolean document) throws InterruptedException;
    }

    /** The receiving end. */
    interface Reader extends Carrier {
        /**
         * Sees whether this end can read at all.
         *
         * @throws MeshException      with one line that says what a human must do
         * @throws ApiException       if the server refuses otherwise
         * @throws TransportException if the server cannot be reached
         */
        void check() throws InterruptedException;

        /**
         * What has come, from an update on; those before it are forgotten. Waits up to the timeout for something to come.
         *
         * @param updateOffset the first update that is wanted
         * @throws ApiException       if the server refuses
         * @throws TransportException if the server cannot be reached
         */
        List<RawUpdate> poll(long updateOffset, int limit, Duration timeout) throws InterruptedException;

        /** The post that an update tells of; empty if it is about something else. */
        Optional<Arrival> arrival(RawUpdate update);

        /**
         * The bytes of a post's document.
         *
         * @param mostBytes more is refused with {@link IllegalArgumentException}
         */
        byte[] fetch(Arrival.Attachment attachment, int mostBytes) throws InterruptedException;

        /**
         * Brings back a post by its place, however old; empty if it was deleted.
         *
         * @throws UnsupportedOperationException without {@link Capabilities#history}
         */
        Optional<Arrival> recall(PostId post) throws InterruptedException;

        /**
         * Deletes up to 100 posts; those that are not there do not count.
         *
         * @throws ApiException       if the server does not let this end delete
         * @throws TransportException if it is not known whether it happened
         */
        void delete(long channel, List<Long> messages) throws InterruptedException;
    }
}
