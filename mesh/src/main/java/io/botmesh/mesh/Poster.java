package io.botmesh.mesh;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.ChatId;
import io.botmesh.botapi.InputFile;
import io.botmesh.botapi.LinkPreviewOptions;
import io.botmesh.botapi.Message;
import io.botmesh.botapi.SendDocument;
import io.botmesh.botapi.SendMessage;
import io.botmesh.botapi.TransportException;
import io.botmesh.mesh.Outbox.Post;
import io.botmesh.wire.Armour;
import io.botmesh.wire.PacketHeader;
import java.time.Duration;
import java.time.Instant;

/** One writer bot in one channel: puts packets there. */
final class Poster {
    /** What a file is given beyond an ordinary call: time for its bytes at 64 kB/s. */
    private static final int SLOWEST_BYTES_PER_MILLI = 64;

    private final BotApi api;
    private final ChatId channel;
    private final LaneId lane;

    Poster(BotApi api, long botId, ChatId channel) {
        this.api = api;
        this.channel = channel;
        lane = new LaneId(botId, channel.toString());
    }

    LaneId lane() {
        return lane;
    }

    /** Makes the one call; all that may come of it is in the answer. */
    Outcome post(Post post) throws InterruptedException {
        try {
            Message message = send(post);
            return new Outcome.Posted(
                    new PostId(message.chat().id(), message.messageId()), Instant.ofEpochSecond(message.date()));
        } catch (ApiException.FloodWait wait) {
            return new Outcome.FloodWait(wait.retryAfter());
        } catch (ApiException.Rejected refused) {
            return Refusal.of(refused, lane);
        } catch (TransportException trouble) {
            return Refusal.of(trouble);
        }
    }

    private Message send(Post post) throws InterruptedException {
        byte[] packet = post.packet();
        if (!post.document()) {
            return api.call(SendMessage.of(channel, Armour.BASE32768.encode(packet))
                    .withLinkPreviewOptions(LinkPreviewOptions.of().withIsDisabled(true))
                    .withDisableNotification(true));
        }
        // The header stands in the caption too, so that a reader can sort the post, or know it, before it fetches the
        // file.
        // Without the switch the server may take the bytes for a video and hand the reader another kind of message.
        return api.call(
                SendDocument.of(channel, InputFile.upload("packet.bin", packet))
                        .withCaption(Armour.BASE64URL.encode(
                                PacketHeader.parse(packet).toBytes()))
                        .withDisableContentTypeDetection(true)
                        .withDisableNotification(true),
                Duration.ofSeconds(30).plusMillis(packet.length / SLOWEST_BYTES_PER_MILLI));
    }
}
