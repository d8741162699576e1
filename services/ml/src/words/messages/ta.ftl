# தமிழ். Irrational nouns: neuter singular (n) and plural (np) in the participial noun and the verb. Cases are
# suffixes to the oblique stem; hard consonants double after இந்த and after -ஐ.
# Sources: Lehmann, A Grammar of Modern Tamil (1993), ch. 1.3 and 2; Schiffman, A Reference Grammar of Spoken
# Tamil (1999), ch. 3, for where writing differs.

it = { $agreement ->
    [np] இவை
   *[n] இது
}
its = { $agreement ->
    [np] இவற்றின்
   *[n] இதன்
}
in-it = { $agreement ->
    [np] இவற்றில்
   *[n] இதில்
}
made = { $agreement ->
    [np] செய்யப்பட்டவை
   *[n] செய்யப்பட்டது
}
belongs = { $agreement ->
    [np] சேர்ந்தவை
   *[n] சேர்ந்தது
}

name-1 = { $agreement ->
    [np] “{ $name }” என்பவை { $object }.
   *[n] “{ $name }” என்பது { $a-object }.
}
kind-1 = { $agreement ->
    [np] இவை { $object }.
   *[n] இது { $a-object }.
}
craft-materials-1 = { $materials } செய்யப்பட்ட { $this } { $craft } கைவினை வகையைச் { belongs }.
craft-materials-2 = { $craft } கைவினை வகையைச் சேர்ந்த { $this } { $materials } { made }.
craft-place-1 = { $place }ச் சேர்ந்த { $this } { $craft } கைவினை வகையில் { $agreement ->
    [np] அமைந்தவை.
   *[n] அமைந்தது.
}
craft-place-2 = { $craft } கைவினை வகையில் அமைந்த { $this } { $place }ச் { belongs }.
materials-place-1 = { $place }ச் சேர்ந்த { $this } { $materials } { made }.
materials-place-2 = { $materials } செய்யப்பட்ட { $this } { $place }ச் { belongs }.
craft-1 = { $this } { $craft } கைவினை வகையைச் { belongs }.
materials-1 = { $this } { $materials } { made }.
place-1 = { $this } { $place }ச் { belongs }.
then-craft-1 = { it } { $craft } கைவினை வகையைச் { belongs }.
then-materials-1 = { it } { $materials } { made }.
then-place-1 = { it } { $place }ச் { belongs }.
origin-1 = பண்பாட்டு மூலம்: { $origin }.
colours-1 = { $colour-count ->
    [one] { its } நிறம் { $colours }.
   *[other] { its } நிறங்கள்: { $colours }.
}
colours-2 = { $colour-count ->
    [one] { in-it } { $colours } நிறம் உள்ளது.
   *[other] { in-it } { $colours } நிறங்கள் உள்ளன.
}
size-1 = { its } { $size } ஆகும்.
weight-1 = { its } எடை { $weight }.
time-1 = { $agreement ->
    [np] இவற்றைச் செய்ய { $time } ஆகும்.
   *[n] இதைச் செய்ய { $time } ஆகும்.
}
time-2 = செய்வதற்கு { $time } தேவைப்படும்.
time-said-1 = செய்ய ஆகும் நேரம்: { $said }.
hours-1 = { $agreement ->
    [np] இவற்றுக்கு { $hours } உழைப்பு தேவை.
   *[n] இதற்கு { $hours } உழைப்பு தேவை.
}
quantity-1 = { $count ->
    [one] கையிருப்பில் { $pieces } உள்ளது.
   *[other] கையிருப்பில் { $pieces } உள்ளன.
}

care-hand-wash = கையால் துவைக்கவும்.
care-dry-clean = உலர் சலவை மட்டும் செய்யவும்.
care-wipe-clean = உலர்ந்த துணியால் துடைத்துச் சுத்தம் செய்யவும்.
care-keep-dry = தண்ணீர் படாமல் வைக்கவும்.
care-no-direct-sun = நேரடி வெயிலில் வைக்க வேண்டாம்.
care-no-bleach = ப்ளீச் பயன்படுத்த வேண்டாம்.
care-no-microwave = மைக்ரோவேவில் வைக்க வேண்டாம்.
care-no-dishwasher = பாத்திரம் கழுவும் இயந்திரத்தில் கழுவ வேண்டாம்.
care-low-iron = குறைந்த சூட்டில் இஸ்திரி போடவும்.
care-polish = மென்மையான துணியால் மெருகேற்றவும்.
care-handle-gently = கவனமாகக் கையாளவும்.
