package io.botmesh.world;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** Tells those who watch what happens. While nobody does, nothing is written. */
final class Watchers {
    private final Registry registry;
    private final Agenda agenda;
    private final MessageJson json;
    private final List<Watch> watches = new CopyOnWriteArrayList<>();

    Watchers(Registry registry, Agenda agenda, MessageJson json) {
        this.registry = registry;
        this.agenda = agenda;
        this.json = json;
    }

    Watch watch(Gate gate, Runnable onNews, boolean everything) {
        var watch = new Watch(this, gate, onNews, everything);
        watches.add(watch);
        return watch;
    }

    void remove(Watch watch) {
        watches.remove(watch);
    }

    /** Those who watch hear of it once the world's lock is free. */
    void tell(Supplier<Happening> happening) {
        if (watches.isEmpty()) return;
        var told = happening.get();
        for (var watch : watches) if (watch.add(told)) agenda.depart(watch.onNews());
    }

    /** Only those who watch everything hear of it. */
    void changed(Happening.Changed.What what, long id) {
        for (var watch : watches) {
            if (watch.everything() && watch.add(new Happening.Changed(agenda.now(), what, id))) {
                agenda.depart(watch.onNews());
            }
        }
    }

    void posted(Message message) {
        tell(() -> {
            var viewer = viewer(message);
            return new Happening.Posted(
                    agenda.now(),
                    Happening.Place.of(message.chat()),
                    number(message),
                    Happening.Author.of(message.author()),
                    message.content().isService(),
                    viewer.id(),
                    json.message(message, viewer));
        });
    }

    void edited(Message message) {
        tell(() -> {
            var viewer = viewer(message);
            return new Happening.Edited(
                    agenda.now(),
                    Happening.Place.of(message.chat()),
                    number(message),
                    Happening.Author.of(message.author()),
                    viewer.id(),
                    json.message(message, viewer));
        });
    }

    void deleted(Message message) {
        tell(() -> new Happening.Deleted(
                agenda.now(), Happening.Place.of(message.chat()), message.idFor(registry.viewer(message.chat()))));
    }

    /** The id by which people know it. */
    private int number(Message message) {
        return message.idFor(registry.viewer(message.chat()));
    }

    private Bot viewer(Message message) {
        var author = registry.bot(message.author().id());
        return author == null ? registry.viewer(message.chat()) : author;
    }
}
