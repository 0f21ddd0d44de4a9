// Begins: what `benchkit serve` adds to a report, so that no other one can ask anybody.
import { follow } from "./follow.ts";
import { whenShown } from "./served.ts";

whenShown(({ followed, header, lines }) => header.insertBefore(follow(followed, lines), header.lastChild));
