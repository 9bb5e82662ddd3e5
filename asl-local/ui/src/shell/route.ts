// The part of the address behind `#` is the place in the page, so that it can be linked, and Back works.

import { useEffect, useState } from "preact/hooks";

export type Route =
  | { place: "home" }
  | { place: "executions" }
  | { place: "create" }
  | { place: "machine"; arn: string }
  | { place: "definition"; arn: string }
  | { place: "coverage"; arn: string }
  | { place: "execution"; arn: string };

export function toHash(route: Route): string {
  return "arn" in route ? `#/${route.place}/${encodeURIComponent(route.arn)}` : `#/${route.place}`;
}

/** An address that does not exist leads home. */
export function fromHash(hash: string): Route {
  const [, place, part] = hash.split("/");
  switch (place) {
    case "create":
    case "executions":
      return { place };
    case "machine":
    case "definition":
    case "coverage":
    case "execution": {
      const arn = decoded(part ?? "");
      return arn === "" ? { place: "home" } : { place, arn };
    }
    default:
      return { place: "home" };
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}

export function open(route: Route): void {
  location.hash = toHash(route);
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => fromHash(location.hash));
  useEffect(() => {
    const follow = () => setRoute(fromHash(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return route;
}
