package io.botmesh.sim;

import io.botmesh.wire.Armour;
import io.botmesh.world.Arguments;
import io.botmesh.world.BotAccount;
import io.botmesh.world.Call;
import io.botmesh.world.Reply;
import io.botmesh.world.World;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What somebody with a token does to a channel: a writer's, or that of an administrator with all rights. */
final class Vandal {
    private static final Pattern MESSAGE_ID = Pattern.compile("\"message_id\":(\\d+)");

    private final World world;
    private long posts;

    Vandal(World world) {
        this.world = world;
    }

    /** Posts of its own. */
    long posts() {
        return posts;
    }

    void delete(Place place, SplittableRandom own) {
        if (place.posts().isEmpty()) return;
        delete(place, place.posts().get(own.nextInt(place.posts().size())));
    }

    /** Two in five of the latest posts. */
    void deleteSome(Place place, SplittableRandom own) {
        for (long message : place.posts()) if (own.nextInt(5) < 2) delete(place, message);
    }

    private void delete(Place place, long message) {
        on(place, place.janitor(), "deleteMessage", "message_id", Long.toString(message));
    }

    /** One bit of a post is changed. */
    void edit(Place place, SplittableRandom own) {
        if (place.posts().isEmpty()) return;
        int which = own.nextInt(place.posts().size());
        byte[] packet = flipped(place.packets().get(which), own);
        if (Armour.BASE32768.characters(packet.length) > Armour.POST_CHARACTERS) return;
        String message = Long.toString(place.posts().get(which));
        on(place, place.janitor(), "editMessageText", "message_id", message, "text", Armour.BASE32768.encode(packet));
    }

    private static byte[] flipped(byte[] packet, SplittableRandom own) {
        byte[] flipped = packet.clone();
        flipped[own.nextInt(flipped.length)] ^= (byte) (1 << own.nextInt(8));
        return flipped;
    }

    /** One writer is left in each channel. */
    void revoke(Place place, SplittableRandom own) {
        if (place.good().size() < 2) return;
        world.revoke(place.good().remove(own.nextInt(place.good().size())).token());
    }

    /** A writer is gone, unless it is the last one, or for ten minutes. */
    void leave(Place place, SplittableRandom own) {
        int which = own.nextInt(place.good().size());
        if (own.nextBoolean()) {
            call(place.good().get(which), "logOut");
        } else if (place.good().size() > 1) {
            on(place, place.good().remove(which), "leaveChat");
        }
    }

    /** Garbage, altered and cut packets, and copies from anywhere. */
    void flood(Place place, Place source, SplittableRandom own) {
        BotAccount bot = place.good().get(own.nextInt(place.good().size()));
        posts++;
        on(place, bot, "sendMessage", "text", rubbish(source, own));
    }

    private static String rubbish(Place source, SplittableRandom own) {
        byte[] packet = new byte[own.nextInt(1, 200)];
        own.nextBytes(packet);
        if (!source.packets().isEmpty() && own.nextInt(4) != 0) {
            packet = source.packets().get(own.nextInt(source.packets().size()));
            packet = switch (own.nextInt(3)) {
                case 0 -> flipped(packet, own);
                case 1 -> Arrays.copyOf(packet, own.nextInt(1, packet.length + 1));
                default -> packet; // a copy, perhaps into another channel
            };
        }
        if (own.nextInt(8) == 0) return "Hello from a human " + own.nextInt(1000);
        if (Armour.BASE32768.characters(packet.length) > Armour.POST_CHARACTERS) packet = Arrays.copyOf(packet, 500);
        return Armour.BASE32768.encode(packet);
    }

    /** What is pinned is taken down, or something else is pinned: an older post, or a human's words. */
    void pin(Place place, SplittableRandom own) {
        switch (own.nextInt(3)) {
            case 0 -> on(place, place.janitor(), "unpinAllChatMessages");
            case 1 -> {
                if (place.posts().isEmpty()) return;
                long message = place.posts().get(own.nextInt(place.posts().size()));
                on(place, place.janitor(), "pinChatMessage", "message_id", Long.toString(message));
            }
            default -> {
                posts++;
                String text = place.pinned().isEmpty() || own.nextInt(3) == 0
                        ? "Look at this!"
                        : Armour.BASE32768.encode(
                                place.pinned().get(own.nextInt(place.pinned().size())));
                long message = messageId(on(place, place.janitor(), "sendMessage", "text", text));
                if (message > 0) on(place, place.janitor(), "pinChatMessage", "message_id", Long.toString(message));
            }
        }
    }

    /** The id in an answer, 0 if it has none. */
    private static long messageId(@Nullable Reply answer) {
        if (!(answer instanceof Reply.Ok ok)) return 0;
        Matcher found = MESSAGE_ID.matcher(ok.resultJson());
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }

    private @Nullable Reply on(Place place, BotAccount bot, String method, String... arguments) {
        var all = new String[arguments.length + 2];
        all[0] = "chat_id";
        all[1] = Long.toString(place.channel());
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return call(bot, method, all);
    }

    /** What is answered at once, null if nothing is. */
    @Nullable
    Reply call(BotAccount bot, String method, String... arguments) {
        return world.call(new Call(bot.token(), false, method, Arguments.of(arguments), "10.9.9.9"))
                .getNow(null);
    }
}
