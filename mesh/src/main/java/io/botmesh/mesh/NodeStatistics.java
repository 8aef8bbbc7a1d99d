package io.botmesh.mesh;

import java.util.List;
import java.util.Map;

/**
 * What a node has done since its process began.
 *
 * @param posts           calls that post or forward, whatever came of them
 * @param texts           packets with messages that were made as text
 * @param documents       packets that were made as documents
 * @param controls        packets without messages
 * @param fill            characters used of those that full texts have; NaN before the first
 * @param refused429      posts that were refused because of a limit
 * @param ambiguous       posts whose outcome nobody told
 * @param forwards        repairs by forwarding
 * @param reposts         repairs by posting the bytes again
 * @param recalled        posts of one-way streams that were brought back
 * @param received        messages that became whole
 * @param handled         messages whose handlers ended well
 * @param failed          attempts of handlers that did not
 * @param late            requests that nobody waited for any more when they came: {@link NodeEvent.Late}
 * @param setAside        messages that were put aside after their last attempt
 * @param aside           messages that stand aside in the store now
 * @param asideBytes      what these weigh, 512 bytes for each among it
 * @param asideDropped    messages set aside that gave way to others: {@link NodeEvent.AsideDropped}
 * @param duplicatePieces pieces that came more than once and were dropped
 * @param missed          pieces of one-way streams that the carrier has lost: {@link NodeEvent.Missed}
 * @param missedPackets   packets of one-way senders that never came, another account of the same: {@link NodeEvent.MissedPackets}
 * @param broken          messages whose sender broke the rules
 * @param refusals        packets that were not let in, by reason
 * @param waitingBytes    of messages that are in no packet, by peer
 * @param lanes           by peer
 */
public record NodeStatistics(
        long posts,
        long texts,
        long documents,
        long controls,
        double fill,
        long refused429,
        long ambiguous,
        long forwards,
        long reposts,
        long recalled,
        long received,
        long handled,
        long failed,
        long late,
        long setAside,
        long aside,
        long asideBytes,
        long asideDropped,
        long duplicatePieces,
        long missed,
        long missedPackets,
        long broken,
        Map<String, Long> refusals,
        Map<String, Long> waitingBytes,
        Map<String, List<LaneStatistics>> lanes) {
    public NodeStatistics {
        refusals = Map.copyOf(refusals);
        waitingBytes = Map.copyOf(waitingBytes);
        lanes = Map.copyOf(lanes);
    }

    /** Counts for one node. */
    static final class Counter {
        long posts;
        long texts;
        long documents;
        long controls;
        long fullPosts;
        long characters;
        long refused429;
        long ambiguous;
        long forwards;
        long reposts;
        long recalled;
        long received;
        long handled;
        long failed;
        long late;
        long setAside;
        long asideDropped;
        long duplicatePieces;
        long missed;
        long missedPackets;
        long broken;

        void onPacket(boolean document, boolean control) {
            if (control) controls++;
            else if (document) documents++;
            else texts++;
        }
    }
}
