/*
 * Words of imaging that the general French dictionary does not know, with its own letters for how they bend (S. plural, F. W. F+ feminine
 * too). Written for this project from the usual vocabulary of reports; a test holds that the dictionary still lacks each. E29.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
export const MEDICAL = `
acromioclaviculaire/S. adénomyose/S. adénomégalie/S. angiomyolipome/S. angioscanner/S. annexiel/F+ antélisthésis antérobasal/W. anéchogène/S.
aortopulmonaire/S. apicodorsal/W. appendicolithe/S. arthroscanner/S. athéromatose/S. atélectasique/S. avasculaire/S. aérobilie/S. aéroportie/S.
basithoracique/S. bilobaire/S. bronchiolaire/S. bronchogramme/S. bronchovasculaire/S. capsulolenticulaire/S. carcinomatose/S. cauda cavernome/S.
centrolobulaire/S. cholangiocarcinome/S. cholédocien/F+ cholédocolithiase/S. chondropathie/S. cimentoplastie/S. coloscanner/S. coprostase/S.
coroscanner/S. corticomédullaire/S. cœliomésentérique/S. dacryoscanner/S. discectomie/S. doppler/S. démyélinisant/F. dévascularisé/F. endoluminal/W.
endométriome/S. endoprothèse/S. enthésophyte/S. entéroscanner/S. extradural/W. extraforaminal/W. fluorocholine/S. fluorodésoxyglucose/S. foraminal/W.
fémoropatellaire/S. fémorotibial/W. gadobutrol/S. gadotérate/S. glénohuméral/W. hydropneumothorax hydrosalpinx hyperdense/S. hyperdensité/S.
hyperfixant/F. hyperfixation/S. hyperintense/S. hyperintensité/S. hypermétabolique/S. hypermétabolisme/S. hypersignal hypersignaux hypervasculaire/S.
hypervascularisation/S. hypervascularisé/F. hyperéchogène/S. hyperéchogénicité/S. hypodense/S. hypodensité/S. hypofixant/F. hypofixation/S.
hypointense/S. hypointensité/S. hypométabolique/S. hypométabolisme/S. hypopharynx hyposignal hyposignaux hypovasculaire/S. hypovascularisé/F.
hypoéchogène/S. hypoéchogénicité/S. hémicolectomie/S. hémomédiastin/S. hémopéricarde/S. hémopéritoine/S. hépatocarcinome/S. hépatosplénomégalie/S.
iléocolique/S. iléocæcal/W. iléostomie/S. infracentimétrique/S. infrahilaire/S. inframillimétrique/S. infraépineux/W. interaorticocave/S.
interlobulaire/S. intersphinctérien/F+ intracanalaire/S. intralobulaire/S. intraluminal/W. intraparenchymateux/W. intrapéritonéal/W. iobitridol/S.
iodixanol/S. iohexol/S. ioméprol/S. iopamidol/S. iopromide/S. ischiorectal/W. isodense/S. isointense/S. isométabolique/S. isosignal isosignaux
isoéchogène/S. jugulocarotidien/F+ juxtascissural/W. jéjunostomie/S. latéro-utérin/F. latéroaortique/S. latérobasal/W. leucoaraïose/S. leucopathie/S.
lingula/S. lingulaire/S. lombo-aortique/S. lymphangioléiomyomatose/S. lymphomateux/W. macrocalcification/S. macronodulaire/S. macronodule/S.
microcalcification/S. micrométastase/S. micronodulaire/S. micronodule/S. multikystique/S. multinodulaire/S. multiphasique/S. multiplanaire/S.
multisegmentaire/S. mycobactériose/S. mésorectum/S. nécroticohémorragique/S. néphrographique/S. néphrolithiase/S. néphromégalie/S. néphrostomie/S.
oligométastatique/S. omentum oncocytome/S. ostéocondensant/F. ostéocondensation/S. ostéolytique/S. ostéophytique/S. panlobulaire/S. paraaortique/S.
paracardiaque/S. parahilaire/S. parapharyngé/F. pararénal/W. parasellaire/S. paraseptal/W. parathyroïdien/F+ paratrachéal/W. paravertébral/W.
pelvicaliciel/F+ pertechnétate/S. pertrochantérien/F+ pluricentimétrique/S. pluriloculaire/S. plurinodulaire/S. pneumatose/S. pneumobilie/S.
pneumorétropéritoine/S. postcontraste/S. postérobasal/W. protubérantiel/F+ précontraste/S. préforaminal/W. prévasculaire/S. prévertébral/W.
pseudoanévrisme/S. pseudonodulaire/S. pyélocaliciel/F+ périanal/W. périaortique/S. périappendiculaire/S. péribronchovasculaire/S. péricholécystique/S.
péricolique/S. périhépatique/S. périlobulaire/S. péripancréatique/S. périrectal/W. périrénal/W. périsplénique/S. périventriculaire/S. périvésical/W.
radiocarpien/F+ remnographique/S. réticulonodulaire/S. rétrocrural/W. rétrolisthésis rétropharyngé/F. rétropéritoine/S. rétrotrachéal/W.
sacro-iliaque/S. scannographique/S. scapholunaire/S. schwannome/S. scintigraphique/S. scissural/W. segmentectomie/S. sellaire/S. sialolithiase/S.
sigmoïdien/F+ sous-carinaire/S. sous-chondral/W. spiculé/F. spondylodiscite/S. spondylolyse/S. stercolithe/S. stéatosique/S. sténosant/F.
subscapulaire/S. supracentimétrique/S. suprasellaire/S. suprasphinctérien/F+ supraépineux/W. syndesmophyte/S. talocrural/W. tendinopathie/S.
tendinopathique/S. thromboembolique/S. tibiofibulaire/S. tomoscintigraphie/S. transpariétal/W. transsphinctérien/F+ trapézométacarpien/F+
uncarthrose/S. uncodiscarthrose/S. urolithiase/S. uroscanner/S. urétérohydronéphrose/S. urétérovésical/W. ventriculomégalie/S. vermien/F+
vertébroplastie/S. vésiculodéférentiel/F+ zygapophysaire/S. échodoppler/S. échogène/S. échogénicité/S. échostructure/S. élastographie/S. épiploïque/S.
`.trim().split(/\s+/);

/* The dictionary's list of words, with these behind it. */
export function withMedical(dic: Uint8Array): Uint8Array {
  const more = new TextEncoder().encode(`\n${MEDICAL.join('\n')}\n`);
  const all = new Uint8Array(dic.length + more.length);
  all.set(dic);
  all.set(more, dic.length);
  return all;
}
