package io.botmesh.mesh;

import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.botapi.UpdateKind;
import io.botmesh.mesh.Carrier.Capabilities;
import io.botmesh.seal.Announcement;
import io.botmesh.wire.Armour;
import io.botmesh.wire.Limits;
import io.botmesh.wire.Packet;
import io.botmesh.wire.PacketHeader;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The carriers over Telegram: posts of channels, and private chats between bots. */
public final class Carriers {
    /** Texts above some 500 characters are said to meet limits sooner. */
    private static final int SMALL_BYTES = Armour.BASE64URL.maxBytes(500);

    static final int TEXT_BYTES = Armour.BASE32768.maxBytes(Armour.POST_CHARACTERS);

    /** Of a reader that takes the densest armour. */
    static final int MOST_TEXT_BYTES = Armour.BASE65536.maxBytes(Armour.POST_CHARACTERS);

    private Carriers() {}

    /**
     * Writers that post into channels. Lanes are all writers of the first channel, then of the next.
     *
     * @param apis makes the client for a writer; the clients stay the caller's
     */
    public static Carrier.Writers channelWriters(
            List<ChatId> channels, List<BotToken> writers, Function<BotToken, BotApi> apis) {
        return new ChatWriters(channel(false), channels, writers, apis);
    }

    /**
     * A reader bot that is an administrator of channels.
     *
     * @param channel the one where it has to be, or null for whichever it is in
     * @param scratch a chat where the bot may post and nobody reads, to bring old posts back in; null for none
     */
    public static Carrier.Reader channelReader(BotApi api, @Nullable Long channel, @Nullable ChatId scratch) {
        return new ChatReader(channel(scratch != null), api, channel, List.of(UpdateKind.CHANNEL_POST), scratch);
    }

    /**
     * Writers that write to the reader bot, for which both need Bot-to-Bot mode.
     *
     * @param reader the reader bot's id or name with {@code @}; the server may know a bot by name only until they have met
     * @param apis   makes the client for a writer; the clients stay the caller's
     */
    public static Carrier.Writers privateWriters(
            ChatId reader, List<BotToken> writers, Function<BotToken, BotApi> apis) {
        return new ChatWriters(betweenBots(false), List.of(reader), writers, apis);
    }

    /**
     * A reader bot that other bots write to.
     *
     * @param scratch a chat where the bot may post and nobody reads, to bring old posts back in; null for none
     */
    public static Carrier.Reader privateReader(BotApi api, @Nullable ChatId scratch) {
        return new ChatReader(betweenBots(scratch != null), api, null, List.of(UpdateKind.MESSAGE), scratch);
    }

    /** As {@link #privateReader}; the bot gets the posts of its channels too, where it reads topics. */
    public static Carrier.Reader privateReaderOfTopics(BotApi api, @Nullable ChatId scratch) {
        return new ChatReader(
                betweenBots(scratch != null), api, null, List.of(UpdateKind.MESSAGE, UpdateKind.CHANNEL_POST), scratch);
    }

    /**
     * The pinned post of a channel. To write it the bot needs the rights to post and to edit there; to look at it, none.
     *
     * @param token the bot's, whose client {@code apis} makes; that stays the caller's
     */
    public static Carrier.Board channelBoard(ChatId channel, BotToken token, Function<BotToken, BotApi> apis) {
        return new ChatBoard(apis.apply(token), token.botId(), channel);
    }

    /**
     * The text of a post: of a small packet, mostly acks and credit, one that costs its reader half as many bytes, and of one that fits nothing
     * else the densest.
     */
    static String text(byte[] packet) {
        return armour(packet.length).encode(packet);
    }

    /** How a packet of this size is written where it goes as text. */
    static Armour armour(int bytes) {
        return bytes <= SMALL_BYTES ? Armour.BASE64URL : bytes <= TEXT_BYTES ? Armour.BASE32768 : Armour.BASE65536;
    }

    /**
     * What stands beside a document, so that a reader knows or refuses the packet before it fetches it: its header, and of
     * a sealed one all that its admission tag covers.
     */
    static String caption(byte[] packet) {
        PacketHeader header = PacketHeader.parse(packet);
        return Armour.BASE64URL.encode(
                header.sealed() ? Announcement.of(Packet.parse(packet)).toBytes() : header.toBytes());
    }

    static Capabilities channel(boolean history) {
        return new Capabilities("channel posts", TEXT_BYTES, Limits.MAX_PACKET_BYTES, history, true);
    }

    static Capabilities betweenBots(boolean history) {
        return new Capabilities("bot-to-bot chat", TEXT_BYTES, Limits.MAX_PACKET_BYTES, history, false);
    }
}
