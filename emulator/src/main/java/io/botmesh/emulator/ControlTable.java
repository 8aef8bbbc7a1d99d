package io.botmesh.emulator;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.eclipse.jetty.server.Request;

/** All routes of the control API. Whoever has something to offer adds it in an {@code addTo}; one class for each concern. */
final class ControlTable {
    private final Map<String, Map<String, Route>> routes = new LinkedHashMap<>();

    /** Shows something; values come from the query. */
    Route get(String path, String summary, Route.Act act) {
        return add(new Route("GET", path, summary, act, null));
    }

    /** Does something; values come from a JSON body. */
    Route post(String path, String summary, Route.Act act) {
        return add(new Route("POST", path, summary, act, null));
    }

    /** Takes something back; values come from the query. */
    Route delete(String path, String summary, Route.Act act) {
        return add(new Route("DELETE", path, summary, act, null));
    }

    /** Answers by itself, in whatever form. It is asked only after host, origin and secret were found right. */
    Route page(String path, String summary, String mediaType, Request.Handler handler) {
        return add(new Route("GET", path, summary, null, handler).in(mediaType));
    }

    Route find(String verb, String path) throws Wrong {
        var verbs = routes.get(path);
        if (verbs == null) {
            var paths = new TreeSet<String>();
            for (var route : listed()) paths.add(route.path());
            throw new Wrong(404, "there are " + String.join(", ", paths));
        }
        var route = verbs.get(verb);
        if (route == null) throw new Wrong(405, "use " + String.join(" or ", verbs.keySet()));
        return route;
    }

    /** All that the reference names. */
    List<Route> listed() {
        return routes.values().stream()
                .map(Map::values)
                .flatMap(Collection::stream)
                .filter(Route::isListed)
                .toList();
    }

    private Route add(Route route) {
        var verbs = routes.computeIfAbsent(route.path(), any -> new LinkedHashMap<>());
        if (verbs.put(route.verb(), route) != null) {
            throw new IllegalArgumentException("twice: " + route.verb() + " " + route.path());
        }
        return route;
    }
}
