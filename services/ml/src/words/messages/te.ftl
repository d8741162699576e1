# తెలుగు. Non-human nouns: singular (n) in -ది, plural (np) in -వి; no copula in equations; the instrumental in
# -తో, the dative in -కు or -కి; the attribute stands before its noun.
# Sources: Krishnamurti and Gwynn, A Grammar of Modern Telugu (1985), ch. 6, 8 and 10.

it = { $agreement ->
    [np] ఇవి
   *[n] ఇది
}
its = { $agreement ->
    [np] వీటి
   *[n] దీని
}
in-it = { $agreement ->
    [np] వీటిలో
   *[n] ఇందులో
}
made = { $agreement ->
    [np] తయారు చేసినవి
   *[n] తయారు చేసినది
}
belongs = { $agreement ->
    [np] చెందినవి
   *[n] చెందినది
}

name-1 = { $agreement ->
    [np] “{ $name }” అనేవి { $object }.
   *[n] “{ $name }” అనేది ఒక { $object }.
}
kind-1 = { $agreement ->
    [np] ఇవి { $object }.
   *[n] ఇది ఒక { $object }.
}
craft-materials-1 = { $materials } తయారు చేసిన { $this } { $craft } హస్తకళకు { belongs }.
craft-materials-2 = { $craft } హస్తకళకు చెందిన { $this } { $materials } { made }.
craft-place-1 = { $place } చెందిన { $this } { $craft } హస్తకళకు సంబంధించి{ $agreement ->
    [np] నవి.
   *[n] నది.
}
craft-place-2 = { $craft } హస్తకళలో రూపొందిన { $this } { $place } { belongs }.
materials-place-1 = { $place } చెందిన { $this } { $materials } { made }.
materials-place-2 = { $materials } తయారు చేసిన { $this } { $place } { belongs }.
craft-1 = { $this } { $craft } హస్తకళకు { belongs }.
materials-1 = { $this } { $materials } { made }.
place-1 = { $this } { $place } { belongs }.
then-craft-1 = { it } { $craft } హస్తకళకు { belongs }.
then-materials-1 = { it } { $materials } { made }.
then-place-1 = { it } { $place } { belongs }.
origin-1 = సాంస్కృతిక మూలం: { $origin }.
colours-1 = { $colour-count ->
    [one] { its } రంగు { $colours }.
   *[other] { its } రంగులు { $colours }.
}
colours-2 = { $colour-count ->
    [one] { in-it } { $colours } రంగు ఉంది.
   *[other] { in-it } { $colours } రంగులు ఉన్నాయి.
}
size-1 = { its } { $size }.
weight-1 = { its } బరువు { $weight }.
time-1 = { $agreement ->
    [np] వీటిని
   *[n] దీన్ని
} తయారు చేయడానికి { $time } { $time-class ->
    [one] పడుతుంది.
   *[other] పడతాయి.
}
time-said-1 = తయారీకి పట్టే సమయం: { $said }.
hours-1 = { $agreement ->
    [np] వీటికి { $hours } పని అవసరం.
   *[n] దీనికి { $hours } పని అవసరం.
}
quantity-1 = { $count ->
    [one] మొత్తం { $pieces } అందుబాటులో ఉంది.
   *[other] మొత్తం { $pieces } అందుబాటులో ఉన్నాయి.
}

care-hand-wash = చేతితో ఉతకండి.
care-dry-clean = డ్రై క్లీనింగ్ మాత్రమే చేయించండి.
care-wipe-clean = పొడి గుడ్డతో తుడిచి శుభ్రం చేయండి.
care-keep-dry = నీరు తగలకుండా ఉంచండి.
care-no-direct-sun = నేరుగా ఎండ తగలకుండా ఉంచండి.
care-no-bleach = బ్లీచ్ వాడవద్దు.
care-no-microwave = మైక్రోవేవ్‌లో పెట్టవద్దు.
care-no-dishwasher = డిష్‌వాషర్‌లో కడగవద్దు.
care-low-iron = తక్కువ వేడితో ఇస్త్రీ చేయండి.
care-polish = మెత్తని గుడ్డతో మెరుగు పెట్టండి.
care-handle-gently = జాగ్రత్తగా వాడండి.
