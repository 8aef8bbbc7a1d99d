package io.botmesh.world;

import io.botmesh.world.Method.Pace;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The methods that are built, by their documented name. */
final class MethodTable {
    private final Map<String, Method> methods = new HashMap<>();

    MethodTable(Core core) {
        new BotMethods(core).addTo(this);
        new WebhookMethods(core).addTo(this);
        new SendMethods(core).addTo(this);
        new MediaMethods(core).addTo(this);
        new AlbumMethods(core).addTo(this);
        new PaidMediaMethods(core).addTo(this);
        new RichMethods(core).addTo(this);
        new WhisperMethods(core).addTo(this);
        new PlaceMethods(core).addTo(this);
        new SmallMethods(core).addTo(this);
        new EditMethods(core).addTo(this);
        new ForwardMethods(core).addTo(this);
        new DeleteMethods(core).addTo(this);
        new PinMethods(core).addTo(this);
        new ChatMethods(core).addTo(this);
        new MemberMethods(core).addTo(this);
        new ChatSettingsMethods(core).addTo(this);
        new InviteMethods(core).addTo(this);
        new JoinRequestMethods(core).addTo(this);
        new SuggestionMethods(core).addTo(this);
        new TopicMethods(core).addTo(this);
        new FileMethods(core).addTo(this);
        new CommandMethods(core).addTo(this);
        new ProfileMethods(core).addTo(this);
        new PollMethods(core).addTo(this);
        new PaymentMethods(core).addTo(this);
        new InlineMethods(core).addTo(this);
        new GameMethods(core).addTo(this);
        new StickerMethods(core).addTo(this);
        new BusinessMethods(core).addTo(this);
        new GiftMethods(core).addTo(this);
        new ProfilePhotos(core).addTo(this);
        new StandingMethods(core).addTo(this);
        new ReactionMethods(core).addTo(this);
    }

    /** Null for a method that is not built. */
    @Nullable
    Method find(String documentedName) {
        return methods.get(documentedName);
    }

    /** All of them, sorted by name. */
    List<Method> all() {
        return methods.values().stream()
                .sorted(Comparator.comparing(Method::name))
                .toList();
    }

    /** Does what the real server does, as far as that is known. */
    void faithful(String name, Pace pace, Method.Function function) {
        add(name, pace, Method.Depth.FAITHFUL, Method.atOnce(function));
    }

    void faithful(String name, Pace pace, Method.Handler handler) {
        add(name, pace, Method.Depth.FAITHFUL, handler);
    }

    /** Gives right answers with little behind them. */
    void shallow(String name, Pace pace, Method.Function function) {
        add(name, pace, Method.Depth.SHALLOW, Method.atOnce(function));
    }

    private void add(String name, Pace pace, Method.Depth depth, Method.Handler handler) {
        if (MethodNames.find(name) == null) throw new IllegalArgumentException("no such method: " + name);
        if (methods.put(name, new Method(name, pace, depth, handler)) != null) {
            throw new IllegalArgumentException("added twice: " + name);
        }
    }
}
