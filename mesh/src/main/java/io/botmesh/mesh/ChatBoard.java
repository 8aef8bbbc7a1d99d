package io.botmesh.mesh;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.ChatId;
import io.botmesh.botapi.EditMessageText;
import io.botmesh.botapi.GetChat;
import io.botmesh.botapi.Message;
import io.botmesh.botapi.PinChatMessage;
import io.botmesh.botapi.TransportException;
import io.botmesh.botapi.UnpinChatMessage;
import io.botmesh.wire.Armour;
import io.botmesh.wire.PacketHeader;
import io.botmesh.wire.WireException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** The pinned post of a channel as one bot sees and writes it. */
final class ChatBoard implements Carrier.Board {
    private final BotApi api;
    private final ChatId chat;
    private final LaneId lane;

    /** @param bot whose client it is, for what is told when it may not */
    ChatBoard(BotApi api, long bot, ChatId chat) {
        this.api = api;
        this.chat = chat;
        lane = new LaneId(bot, chat.toString());
    }

    @Override
    public Optional<Arrival> pinned() throws InterruptedException {
        return Optional.ofNullable(api.call(GetChat.of(chat)).pinnedMessage()).map(ChatReader::read);
    }

    @Override
    public byte[] fetch(Arrival.Attachment attachment, int mostBytes) throws InterruptedException {
        return ChatReader.fetch(api, attachment, mostBytes);
    }

    @Override
    public Outcome pin(byte[] packet, boolean document) throws InterruptedException {
        try {
            Arrival old = pinned().orElse(null);
            if (old != null && !document && old.attachment() == null && edit(old.post(), packet)) {
                return new Outcome.Posted(old.post(), old.date());
            }
            Message made = document
                    ? api.call(ChatWriters.document(chat, packet), ChatWriters.patience(packet.length))
                    : api.call(ChatWriters.text(chat, packet));
            api.call(PinChatMessage.of(chat, made.messageId()).withDisableNotification(true));
            if (old != null && isPacket(old)) unpin(old.post());
            return new Outcome.Posted(
                    new PostId(made.chat().id(), made.messageId()), Instant.ofEpochSecond(made.date()));
        } catch (ApiException.FloodWait wait) {
            return new Outcome.FloodWait(wait.retryAfter());
        } catch (ApiException.Rejected refused) {
            return barred(refused);
        } catch (TransportException trouble) {
            return Refusal.of(trouble);
        }
    }

    private Outcome barred(ApiException.Rejected refused) {
        Outcome known = Refusal.of(refused, lane);
        boolean rights = known instanceof Outcome.Barred barred && barred.why().contains("right to post");
        if (!rights) return known;
        return new Outcome.Barred(
                Outcome.Scope.LANE,
                "bot " + lane.writer() + " may not pin in channel " + lane.channel() + " (" + refused.description()
                        + "): give it the rights to post and to edit messages there");
    }

    /** False if the post is not this bot's to edit. */
    private boolean edit(PostId post, byte[] packet) throws InterruptedException {
        try {
            api.call(EditMessageText.of()
                    .withChatId(chat)
                    .withMessageId(post.message())
                    .withText(Armour.BASE32768.encode(packet)));
            return true;
        } catch (ApiException.Rejected refused) {
            String words = refused.description().toLowerCase(Locale.ROOT);
            if (words.contains("not modified")) return true;
            if (words.contains("can't be edited") || words.contains("not found")) return false;
            throw refused;
        }
    }

    /** People's own pinned posts stay as they are. */
    private static boolean isPacket(Arrival old) {
        String text = old.text();
        if (text == null) return false;
        try {
            return PacketHeader.parse(Armour.decode(text)).sealed();
        } catch (WireException none) {
            return false;
        }
    }

    /** An earlier value may stay pinned below the new one: readers know which is newer. */
    private void unpin(PostId old) throws InterruptedException {
        try {
            api.call(UnpinChatMessage.of(chat).withMessageId(old.message()));
        } catch (ApiException.Rejected stays) {
            // not ours to take down
        }
    }
}
