package io.botmesh.world;

import java.util.ArrayList;
import java.util.List;

/** Where entities may begin and end: between characters of the text, and not at blanks. */
final class EntityEdges {
    private EntityEdges() {}

    /**
     * Refuses what begins or ends within a character or beyond the text.
     *
     * @param entities in order, nested at most
     */
    static void check(String text, List<Entity> entities) {
        var around = new ArrayList<Entity>();
        int next = 0;
        int bytes = 0;
        for (int at = 0; at <= text.length(); ) {
            while (!around.isEmpty() && at >= around.getLast().end()) {
                var ended = around.removeLast();
                if (at != ended.end())
                    throw refused(beginning(ended) + " ends in a middle of a UTF-16 symbol" + place(bytes));
            }
            while (next < entities.size() && at >= entities.get(next).offset()) {
                var begun = entities.get(next++);
                if (at != begun.offset()) throw refused("Entity begins in a middle of a UTF-16 symbol" + place(bytes));
                around.add(begun);
            }
            if (at == text.length()) break;
            int code = text.codePointAt(at);
            at += Character.charCount(code);
            bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
        }
        if (next < entities.size()) {
            throw refused("Entity begins after the end of the text at UTF-16 offset "
                    + entities.get(next).offset());
        }
        if (!around.isEmpty()) {
            var open = around.getLast();
            throw refused(beginning(open) + " ends after the end of the text at UTF-16 offset " + open.end());
        }
    }

    private static String beginning(Entity entity) {
        return "Entity beginning at UTF-16 offset " + entity.offset();
    }

    private static String place(int bytes) {
        return " at byte offset " + bytes;
    }

    private static Refused refused(String text) {
        return Refused.of(400, text);
    }

    /**
     * Lets styles, quotes and findings begin behind the blanks they begin with, and drops those that hold nothing else; links
     * and code may be blank.
     *
     * @param entities in order, nested at most
     */
    static List<Entity> withoutBlanks(String text, List<Entity> entities) {
        if (entities.isEmpty()) return entities;
        var kept = new ArrayList<Entity>();
        var around = new ArrayList<Entity>();
        int next = 0;
        int ink = -1;
        for (int at = 0; at <= text.length(); at++) {
            while (!around.isEmpty() && at >= around.getLast().end()) {
                var ended = around.removeLast();
                if (ink >= ended.offset() || ended.type().mayBeBlank()) kept.add(ended);
            }
            while (next < entities.size() && at >= entities.get(next).offset()) around.add(entities.get(next++));
            if (at == text.length()) break;
            if (TextCleaner.isTrimmed(text.charAt(at))) begunLater(at, around);
            else ink = at;
        }
        return kept;
    }

    /** What begins at this blank begins behind it. */
    private static void begunLater(int at, List<Entity> around) {
        for (int i = around.size() - 1; i >= 0; i--) {
            var entity = around.get(i);
            if (entity.offset() != at || entity.type().mayBeBlank()) return;
            if (entity.length() == 1) around.remove(i);
            else around.set(i, entity.span(at + 1, entity.end()));
        }
    }
}
