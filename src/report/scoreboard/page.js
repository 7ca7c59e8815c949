(function(){
var table=document.getElementById('modules');if(!table)return;
var body=table.tBodies[0],rows=Array.prototype.slice.call(body.rows),form=document.getElementById('filter');
var name=document.getElementById('name'),status=document.getElementById('status'),count=document.getElementById('count');
var text=function(row,at){return row.cells[at].textContent.trim()};
rows.map(function(it){return text(it,1)}).filter(function(it,at,all){return all.indexOf(it)===at}).sort().forEach(function(it){var option=document.createElement('option');option.textContent=it;option.value=it;status.append(option)});
var filter=function(){var wanted=name.value.toLowerCase(),shown=0;rows.forEach(function(row){var fits=text(row,0).toLowerCase().indexOf(wanted)>=0&&(!status.value||text(row,1)===status.value);row.hidden=!fits;if(fits)shown++});count.textContent=shown+' of '+rows.length+' modules'};
form.hidden=false;form.addEventListener('submit',function(it){it.preventDefault()});name.addEventListener('input',filter);status.addEventListener('change',filter);filter();
Array.prototype.forEach.call(table.tHead.rows[0].cells,function(head,at){
var button=document.createElement('button');button.type='button';button.textContent=head.textContent;head.textContent='';head.append(button);
button.addEventListener('click',function(){var up=head.getAttribute('aria-sort')!=='ascending';
Array.prototype.forEach.call(table.tHead.rows[0].cells,function(it){it.removeAttribute('aria-sort')});head.setAttribute('aria-sort',up?'ascending':'descending');
rows.sort(function(a,b){var x=text(a,at),y=text(b,at);var order=x.localeCompare(y,'en',{numeric:true});return up?order:-order});rows.forEach(function(it){body.append(it)})});
});
})();
