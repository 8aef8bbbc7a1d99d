package io.botmesh.mesh;

import io.botmesh.seal.NodeKey;
import io.botmesh.wire.MessageHeader;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way to a handler.
 *
 * @param id       names this delivery
 * @param peer     name of who sent it; of a stranger the short form of its key, and in plain packets what it calls itself
 * @param key      who signed it; null in plain packets
 * @param known    whether the peer is one that we know by that key
 * @param stream   name of the stream that it came on; empty for the first one
 * @param subject  what it is about; may be empty
 * @param headers  beside the body
 * @param body     its bytes; not copied
 * @param postedAt when its last packet was posted, by Telegram's clock
 * @param attempt  1 for the first, one more after each failure of the handler
 * @param again    whether a process that died may have handled it
 * @param place    the same for the same message however often it comes, and for no other
 * @param origin   the topic on which it was published, null for what was sent to this node
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Delivery(
        long id,
        String peer,
        @Nullable NodeKey key,
        boolean known,
        String stream,
        String subject,
        List<MessageHeader> headers,
        byte[] body,
        Instant postedAt,
        int attempt,
        boolean again,
        String place,
        @Nullable Origin origin) {}
