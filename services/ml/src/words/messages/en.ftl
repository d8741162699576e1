# English. Agreement: n (it), np (they). `-1`, `-2` are wordings of the same facts.

is = { $agreement ->
    [np] are
   *[n] is
}
it = { $agreement ->
    [np] they
   *[n] it
}
them = { $agreement ->
    [np] them
   *[n] it
}
its = { $agreement ->
    [np] their
   *[n] its
}
this-is = { $agreement ->
    [np] these are
   *[n] this is
}
comes = { $agreement ->
    [np] come
   *[n] comes
}
belongs = { $agreement ->
    [np] belong
   *[n] belongs
}
weighs = { $agreement ->
    [np] weigh
   *[n] weighs
}
takes = { $agreement ->
    [np] take
   *[n] takes
}
made = { $making ->
    [surface] made with
   *[body] made of
}

name-1 = “{ $name }” { is } { $object }.
kind-1 = { this-is } { $object }.
craft-materials-1 = { $this }, { made } { $materials }, { belongs } to the { $craft } craft.
craft-materials-2 = { made } { $materials }, { $this } { belongs } to the { $craft } craft.
craft-place-1 = { $this } from { $place } { belongs } to the { $craft } craft.
craft-place-2 = { $this } { comes } from { $place } and { belongs } to the { $craft } craft.
materials-place-1 = { $this } from { $place } { is } { made } { $materials }.
materials-place-2 = { made } { $materials }, { $this } { comes } from { $place }.
craft-1 = { $this } { belongs } to the { $craft } craft.
materials-1 = { $this } { is } { made } { $materials }.
place-1 = { $this } { comes } from { $place }.
then-craft-1 = { it } { belongs } to the { $craft } craft.
then-craft-2 = the craft is { $craft }.
then-materials-1 = { it } { is } { made } { $materials }.
then-materials-2 = { $material-count ->
    [one] the material is { $materials }.
   *[other] the materials are { $materials }.
}
then-place-1 = { it } { comes } from { $place }.
then-place-2 = { it } { is } from { $place }.
origin-1 = cultural origin: { $origin }.
colours-1 = { $colour-count ->
    [one] { its } colour is { $colours }.
   *[other] { its } colours are { $colours }.
}
colours-2 = { it } { is } { $colours } in colour.
size-1 = { it } { is } { $size }.
weight-1 = { it } { weighs } { $weight }.
weight-2 = { its } weight is { $weight }.
time-1 = making { them } takes { $time }.
time-2 = { it } { takes } { $time } to make.
time-said-1 = time to make: { $said }.
hours-1 = { it } { takes } { $hours } of work.
quantity-1 = { $count ->
    [one] { $pieces } piece is available.
   *[other] { $pieces } pieces are available.
}

care-hand-wash = wash by hand.
care-dry-clean = dry-clean only.
care-wipe-clean = clean with a dry cloth.
care-keep-dry = keep away from water.
care-no-direct-sun = keep out of direct sunlight.
care-no-bleach = do not use bleach.
care-no-microwave = do not put into a microwave.
care-no-dishwasher = do not put into a dishwasher.
care-low-iron = iron at low heat.
care-polish = polish with a soft cloth.
care-handle-gently = handle with care.
